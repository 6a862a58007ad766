import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** What tells this run of this system from others, where it tells: only Linux does. */
export interface ComputerIdentity {
  /** Another one after each start of the system (proc_sys_kernel(5), random/boot_id). The same in all containers of a computer. */
  readonly boot: string | null;
  /** The namespace that process numbers are of (pid_namespaces(7)): a container has its own. */
  readonly pidSpace: string | null;
  /** Of machine-id(5), which itself is not to be told. A container may have one of its own, that of its image, or none. */
  readonly machine: string | null;
}

let known: ComputerIdentity | null = null;

export function thisComputer(): ComputerIdentity {
  known ??= { boot: textOf('/proc/sys/kernel/random/boot_id'), pidSpace: linkOf('/proc/self/ns/pid'), machine: machine() };
  return known;
}

function machine(): string | null {
  const id = textOf('/etc/machine-id');
  return id === null || !/^[0-9a-f]{32}$/.test(id) ? null : createHash('sha256').update(`labtui ${id}`).digest('hex').slice(0, 16);
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

function linkOf(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch {
    return null;
  }
}
