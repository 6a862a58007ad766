import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** The files of one machine, beside its disk and its seed. */
export interface MachinePlace {
  readonly directory: string;
  /** What it was asked for and how it runs. */
  readonly record: string;
  readonly console: string;
  /** What QEMU says. */
  readonly log: string;
  readonly pid: string;
  /** When the watchdog ends it: seconds since 1970, or nothing. */
  readonly deadline: string;
  /** QEMU's exit code, written by the watchdog. */
  readonly ended: string;
  readonly watchdog: string;
  /** What its UEFI remembers. */
  readonly efiVariables: string;
  /** The monitor's socket (QMP). */
  readonly socket: string;
}

/** Bytes that a Unix socket's path may have everywhere: sun_path is 104 on macOS, 108 on Linux, with a NUL. */
const longestSocketPath = 103;

/** Where the files of a machine are; the socket elsewhere where its path would be too long for one. */
export function machinePlace(directory: string, environment: Readonly<Record<string, string | undefined>> = process.env): MachinePlace {
  const file = (name: string): string => join(directory, name);
  return {
    directory,
    record: file('machine.json'),
    console: file('console.log'),
    log: file('qemu.log'),
    pid: file('qemu.pid'),
    deadline: file('deadline'),
    ended: file('ended'),
    watchdog: file('watchdog.sh'),
    efiVariables: file('efi-variables.fd'),
    socket: Buffer.byteLength(file('qmp.sock')) <= longestSocketPath ? file('qmp.sock') : shortSocket(directory, environment),
  };
}

/** In a directory of this user's alone; startMachine makes it, and refuses it where it is somebody else's. */
function shortSocket(directory: string, environment: Readonly<Record<string, string | undefined>>): string {
  const name = `${createHash('sha256').update(directory).digest('hex').slice(0, 16)}.sock`;
  const runtime = environment.XDG_RUNTIME_DIR ?? '';
  const inRuntime = join(runtime, 'labtui', name);
  if (runtime.startsWith('/') && Buffer.byteLength(inRuntime) <= longestSocketPath) return inRuntime;
  const owner = process.getuid?.() ?? 'user';
  const inTemporary = join(tmpdir(), `labtui-${owner}`, name);
  return Buffer.byteLength(inTemporary) <= longestSocketPath ? inTemporary : join('/tmp', `labtui-${owner}`, name);
}
