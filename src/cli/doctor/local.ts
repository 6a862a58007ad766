import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Arch } from '../../core/clouds.ts';
import { kvmProblem } from '../../local/qemu/acceleration.ts';
import { findUefi } from '../../local/qemu/firmware.ts';
import { qemuVersion } from '../../local/qemu/programs.ts';
import { hostOf, rememberedStall } from '../../local/qemu/stall-memory.ts';
import type { CliContext } from '../context.ts';
import { cacheHome } from '../../library/directories.ts';
import { findProgram } from '../../platform/find-program.ts';
import type { Check } from './check.ts';

interface Tool {
  readonly program: string;
  readonly optional: boolean;
  /** What a lab lacks without it. */
  readonly lacking: string;
  /** Packages by manager; null: it has none. */
  readonly packages: Packages;
}

interface Packages {
  readonly apt: string | null;
  readonly dnf: string | null;
  readonly pacman: string | null;
  readonly brew: string | null;
}

const emulators: Readonly<Record<Arch, string>> = { amd64: 'qemu-system-x86_64', arm64: 'qemu-system-aarch64' };
const emulatorPackages: Readonly<Record<Arch, Packages>> = {
  amd64: { apt: 'qemu-system-x86', dnf: 'qemu-system-x86-core', pacman: 'qemu-system-x86', brew: 'qemu' },
  arm64: { apt: 'qemu-system-arm', dnf: 'qemu-system-aarch64-core', pacman: 'qemu-system-aarch64', brew: 'qemu' },
};
const firmwarePackages: Readonly<Record<Arch, Packages>> = {
  amd64: { apt: 'ovmf', dnf: 'edk2-ovmf', pacman: 'edk2-ovmf', brew: 'qemu' },
  arm64: { apt: 'qemu-efi-aarch64', dnf: 'edk2-aarch64', pacman: 'edk2-aarch64', brew: 'qemu' },
};

const leastFreeGb = 5;

/** What a machine on this computer takes: QEMU, a way to run fast, firmware, room. `host`: this computer's own architecture. */
export async function localChecks(context: CliContext, host: Arch = process.arch === 'arm64' ? 'arm64' : 'amd64'): Promise<readonly Check[]> {
  const other: Arch = host === 'amd64' ? 'arm64' : 'amd64';
  const tools: readonly Tool[] = [
    { program: emulators[host], optional: false, lacking: `no ${host} machine can run`, packages: emulatorPackages[host] },
    { program: 'qemu-img', optional: false, lacking: 'no disk can be made', packages: { apt: 'qemu-utils', dnf: 'qemu-img', pacman: 'qemu-img', brew: 'qemu' } },
    { program: emulators[other], optional: true, lacking: `no ${other} machine can run (emulated)`, packages: emulatorPackages[other] },
    { program: 'mmdebstrap', optional: true, lacking: 'labtui image build does not work, downloaded images do', packages: { apt: 'mmdebstrap', dnf: 'mmdebstrap', pacman: 'mmdebstrap', brew: null } },
  ];
  return [...tools.map((tool) => toolCheck(tool, context)), await acceleration(context, emulators[host]), firmware(host, host === 'amd64'), firmware(other, true), await room(context)];
}

function toolCheck({ program, optional, lacking, packages }: Tool, { environment }: CliContext): Check {
  const file = findProgram(program, environment);
  return { name: program, ok: file !== null, optional, found: file ?? `not on PATH: ${lacking}`, fix: file === null ? installLine(packages) : null };
}

async function acceleration(context: CliContext, emulator: string): Promise<Check> {
  if (process.platform === 'darwin') return { name: 'acceleration', ok: true, optional: true, found: 'hvf', fix: null };
  const name = '/dev/kvm';
  const problem = process.platform === 'linux' ? kvmProblem() : `${process.platform} has none that labtui knows`;
  if (problem === null) {
    const stalled = await stall(context, emulator);
    if (stalled === null) return { name, ok: true, optional: true, found: 'may be used', fix: null };
    return { name, ok: false, optional: true, found: stalled, fix: 'machines run emulated; on a nested host its own KVM is to be mended' };
  }
  // What is wrong, and what to do about it, come as one line.
  const [what = problem, fix] = problem.split(/: (?=sudo )/);
  const slowly = `${what}; machines run emulated, ten times slower`;
  return { name, ok: false, optional: true, found: slowly, fix: fix ?? 'turn virtualization (VT-x, AMD-V) on in the firmware; in a virtual machine: nested virtualization on its host' };
}

/** What a machine that stood still has taught; null: nothing. */
async function stall(context: CliContext, emulator: string): Promise<string | null> {
  const program = findProgram(emulator, context.environment);
  return program === null ? null : rememberedStall(join(cacheHome(context), 'labtui'), hostOf(await qemuVersion(program)));
}

function firmware(arch: Arch, optional: boolean): Check {
  const found = findUefi(arch);
  const lacking = arch === 'arm64' ? 'no downloaded arm64 image starts' : 'images that start by UEFI only (alpine) do not';
  return { name: `UEFI for ${arch}`, ok: found !== null, optional, found: found?.code ?? `not found: ${lacking}`, fix: found === null ? installLine(firmwarePackages[arch]) : null };
}

async function room(context: CliContext): Promise<Check> {
  const stats = await freeAt(cacheHome(context));
  return {
    name: 'room for images',
    ok: stats >= leastFreeGb,
    optional: true,
    found: `${stats.toFixed(1)} GB free where images are kept`,
    fix: stats >= leastFreeGb ? null : `an image takes 0.3 to 2 GB, and the disk of each machine grows with what is written: labtui cache prune --all, or XDG_CACHE_HOME=DIR`,
  };
}

/** Of the directory, or of the nearest of its parents that exists. */
async function freeAt(directory: string): Promise<number> {
  const found = await statfs(directory).catch(() => null);
  if (found !== null) return (found.bavail * found.bsize) / 1e9;
  return dirname(directory) === directory ? 0 : freeAt(dirname(directory));
}

/** `apt install X   or   dnf install Y   or   pacman -S Z   or   brew install W` */
function installLine({ apt, dnf, pacman, brew }: Packages): string {
  const lines = [apt === null ? null : `apt install ${apt}`, dnf === null ? null : `dnf install ${dnf}`, pacman === null ? null : `pacman -S ${pacman}`, brew === null ? null : `brew install ${brew}`];
  return lines.filter((line) => line !== null).join('   or   ');
}
