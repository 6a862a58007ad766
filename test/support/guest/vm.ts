import { execa } from 'execa';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { freePort } from '../free-port.ts';
import { vmImage } from './vm-image.ts';

export interface VmRequest {
  /** As a cloud would hand it over: a MIME message, a cloud-config or a script. */
  readonly userData: string;
  /** Where its seed disk and its console go. Exists already. */
  readonly workDir: string;
  /** The guest's SSH port. @default 22 */
  readonly guestPort?: number;
}

/** A Debian 12 that boots with the real systemd, cloud-init and OpenSSH; its login user is `debian`. */
export interface Vm {
  readonly host: string;
  /** Forwarded to the guest's SSH port. */
  readonly port: number;
  /** What it wrote to its serial console so far. */
  console(): string;
  /** Resolves when it powered off, or was stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a machine by emulation: about a minute to SSH. Builds its image first where the cache has none.
 * Never by KVM: nested virtualisation hangs guests on some computers, and an emulated one is slow but the same everywhere.
 */
export async function startVm({ userData, workDir, guestPort = 22 }: VmRequest): Promise<Vm> {
  const image = await vmImage();
  const [seed, consoleFile] = [join(workDir, 'seed.iso'), join(workDir, 'console.log')];
  const seedFiles = { 'user-data': userData, 'meta-data': 'instance-id: i-0123456789abcdef0\nlocal-hostname: from-metadata\n' };
  for (const [name, text] of Object.entries(seedFiles)) await writeFile(join(workDir, name), text);
  await execa('genisoimage', ['-quiet', '-joliet', '-rock', '-volid', 'cidata', '-output', seed, ...Object.keys(seedFiles)], { cwd: workDir });
  await writeFile(consoleFile, '');

  const port = await freePort();
  const qemu = execa(
    'qemu-system-x86_64',
    [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'qemu64', '-smp', '2', '-m', '1024'],
      ...['-kernel', image.kernel, '-initrd', image.initrd, '-append', 'root=/dev/vda rw console=ttyS0 net.ifnames=0 mitigations=off'],
      ...['-drive', `file=${image.disk},format=raw,if=virtio,snapshot=on,cache=unsafe`],
      ...['-drive', `file=${seed},format=raw,if=virtio,readonly=on`],
      ...['-netdev', `user,id=net0,hostfwd=tcp:127.0.0.1:${port}-:${guestPort}`, '-device', 'virtio-net-pci,netdev=net0'],
      ...['-device', 'virtio-rng-pci', '-serial', `file:${consoleFile}`],
    ],
    { reject: false, stdin: 'ignore' },
  );
  const ended = qemu.then(({ exitCode, isTerminated, stderr }) => {
    if (!isTerminated && exitCode !== 0) throw new Error(`qemu failed: ${stderr}`);
  });
  // Whoever awaits it sees the failure; nobody has to.
  ended.catch(() => undefined);
  return {
    host: '127.0.0.1',
    port,
    console: () => readFileSync(consoleFile, 'utf8'),
    ended,
    async stop() {
      qemu.kill('SIGKILL');
      await ended.catch(() => undefined);
    },
  };
}

/** Why a machine cannot be emulated on this computer, to print with the skipped tests; null: it can. */
export function vmSkipReason(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'NOT RUN: the emulated machine needs Linux on x86-64';
  if (process.getuid?.() !== 0) return 'NOT RUN: the emulated machine needs root, to build its image';
  const missing = ['qemu-system-x86_64', 'mmdebstrap', 'genisoimage', 'mke2fs', 'chroot'].filter((name) => !installed(name));
  return missing.length === 0
    ? null
    : `NOT RUN: the emulated machine needs ${missing.join(', ')} (Debian: qemu-system-x86 mmdebstrap genisoimage e2fsprogs)`;
}

function installed(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, name)));
}
