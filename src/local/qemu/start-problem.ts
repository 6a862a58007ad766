import { LabError, type Problem } from '../../core/errors.ts';

interface Refusal {
  readonly pattern: RegExp;
  readonly problem: (match: RegExpExecArray) => Omit<Problem, 'detail'>;
}

// QEMU's words: net/slirp.c, accel/kvm/kvm-all.c, softmmu/vl.c and block/file-posix.c of QEMU 7.2 to 10.
const refusals: readonly Refusal[] = [
  {
    pattern: /Could not set up host forwarding rule 'tcp:[\d.]*:(\d+)-/,
    problem: ([, port = '']) => ({ kind: 'conflict', code: 'PortTaken', summary: `port ${port} of this computer is taken`, hint: `end what listens on it (ss -ltnp 'sport = :${port}'), or choose another port` }),
  },
  {
    pattern: /failed to initialize kvm|Could not access KVM kernel module|invalid accelerator (?:kvm|hvf)|failed to initialize (?:HVF|hvf)|Error: ret = HV_/,
    problem: () => ({ kind: 'prerequisite', code: 'NoAccelerator', summary: 'the accelerator that was asked for does not work on this computer', hint: 'leave it to labtui: acceleration auto' }),
  },
  {
    pattern: /cannot set up guest memory|Cannot allocate memory|mmap.*failed/i,
    problem: () => ({ kind: 'capacity', code: 'OutOfMemory', summary: 'this computer has not enough free memory for the machine', hint: 'a smaller size (--size small), or end other machines (labtui list)' }),
  },
  {
    pattern: /Failed to get "write" lock|Failed to get shared "write" lock/,
    problem: () => ({ kind: 'conflict', code: 'DiskInUse', summary: 'the disk is used by another machine', hint: 'see which: labtui list --all' }),
  },
  {
    pattern: /No space left on device/,
    problem: () => ({ kind: 'capacity', code: 'NoSpace', summary: 'the disk of this computer is full', hint: 'make room: labtui cache prune' }),
  },
  {
    pattern: /'virtio-9p-pci' is not a valid device model|There is no option group 'fsdev'|fsdev support is disabled/,
    problem: () => ({ kind: 'prerequisite', code: 'NoSharing', summary: 'this QEMU cannot share a folder with its guests', hint: 'without local.share, or with a QEMU that has 9p' }),
  },
];

/** Why QEMU did not start, from what it said. */
export function startProblem(said: string, exitCode: string): LabError {
  const text = said.trim();
  for (const { pattern, problem } of refusals) {
    const match = pattern.exec(text);
    if (match !== null) return new LabError({ ...problem(match), detail: text });
  }
  const lines = text.split('\n');
  return new LabError({ kind: 'internal', code: 'QemuFailed', summary: `QEMU ended at its start with code ${exitCode}: ${lines.findLast((line) => line.startsWith('qemu-system')) ?? lines.at(-1) ?? ''}`, detail: text });
}
