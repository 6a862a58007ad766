import { execa } from 'execa';
import { LabError } from '../../core/errors.ts';
import { findProgram } from '../../platform/find-program.ts';
import type { Arch } from './machine-spec.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const emulators: Readonly<Record<Arch, string>> = { amd64: 'qemu-system-x86_64', arm64: 'qemu-system-aarch64' };
const packages: Readonly<Record<Arch, string>> = {
  amd64: 'apt: qemu-system-x86 · dnf: qemu-system-x86-core · pacman: qemu-system-x86 · brew: qemu',
  arm64: 'apt: qemu-system-arm qemu-efi-aarch64 · dnf: qemu-system-aarch64-core edk2-aarch64 · pacman: qemu-system-aarch64 edk2-aarch64 · brew: qemu',
};

/** The emulator for that architecture. Throws a LabError of kind prerequisite, with the packages that have it. */
export function findEmulator(arch: Arch, environment: Environment): string {
  const name = emulators[arch];
  const found = findProgram(name, environment);
  if (found !== null) return found;
  throw new LabError({ kind: 'prerequisite', summary: `${name} is not installed: it runs ${arch} machines`, hint: `install QEMU (${packages[arch]})` });
}

/** qemu-img. Throws a LabError of kind prerequisite. */
export function findQemuImg(environment: Environment): string {
  const found = findProgram('qemu-img', environment);
  if (found !== null) return found;
  throw new LabError({ kind: 'prerequisite', summary: 'qemu-img is not installed: it makes the disks', hint: 'install it (apt: qemu-utils · dnf: qemu-img · pacman: qemu-img · brew: qemu)' });
}

/** `7.2.22`, as the emulator says itself; `unknown` where it says nothing of the kind. */
export async function qemuVersion(emulator: string): Promise<string> {
  const { stdout } = await execa(emulator, ['--version'], { reject: false, stdin: 'ignore', timeout: 20_000 });
  return /version (\d+(?:\.\d+)+)/.exec(stdout)?.[1] ?? 'unknown';
}
