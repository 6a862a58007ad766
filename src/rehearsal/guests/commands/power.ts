import { type Command, complain, type Process } from '../shell/process.ts';
import { readOptions } from './options.ts';
import { dateText } from './system.ts';

/** Powers the machine off from the inside: the cloud then does what it was told to do at a shutdown. */
export async function powerOff(process: Process, name: string): Promise<number> {
  if (process.account.uid !== 0) return complain(process, `${name}: must be superuser (use sudo)`);
  await process.guest.powerOffAt(process.guest.now());
  return 0;
}

export async function restart(process: Process, name: string): Promise<number> {
  if (process.account.uid !== 0) return complain(process, `${name}: must be superuser (use sudo)`);
  await process.guest.restart();
  return 0;
}

/** `shutdown [-h|-P|-r|-c] [now|+MINUTES|HH:MM] [MESSAGE]` */
async function shutdown(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  if (process.account.uid !== 0) return complain(process, 'shutdown: must be superuser (use sudo)');
  if (flags.has('c')) {
    await process.guest.powerOffAt(null);
    return 0;
  }
  const now = process.guest.now();
  const atMs = whenOf(rest[0] ?? '+1', now);
  if (atMs === null) return complain(process, `shutdown: Failed to parse time specification: ${rest[0] ?? ''}`);
  if (flags.has('r')) {
    if (atMs > now) return complain(process, 'shutdown: a simulated guest restarts at once only: shutdown -r now');
    return restart(process, 'shutdown');
  }
  await process.guest.powerOffAt(atMs);
  if (atMs > now) await process.stderr.write(`Shutdown scheduled for ${dateText('%a %F %T %Z', atMs)}, use 'shutdown -c' to cancel.\n`);
  return 0;
}

/** `labtui-ttl AT SECONDS`: the guest's own timer, as labtui's user data puts it there; without arguments nothing changes. */
export async function labtuiTtl([at, seconds]: readonly string[], process: Process): Promise<number> {
  if (process.account.uid !== 0) return complain(process, 'labtui-ttl: must be superuser (use sudo)');
  if (at === undefined) return 0;
  if (!/^\d+$/.test(at) || !/^\d+$/.test(seconds ?? '')) return complain(process, 'labtui-ttl: usage: labtui-ttl AT SECONDS');
  await process.guest.moveDeadline(Math.min(Number(at) * 1_000, process.guest.now() + Number(seconds) * 1_000));
  return 0;
}

function whenOf(text: string, nowMs: number): number | null {
  if (text === 'now' || text === '+0') return nowMs;
  const minutes = /^\+?(\d+)$/.exec(text)?.[1];
  if (minutes !== undefined) return nowMs + Number(minutes) * 60_000;
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (clock === null) return null;
  const at = new Date(nowMs).setUTCHours(Number(clock[1]), Number(clock[2]), 0, 0);
  return at > nowMs ? at : at + 86_400_000;
}

export const powerCommands: Readonly<Record<string, Command>> = {
  shutdown,
  poweroff: (_args, process) => powerOff(process, 'poweroff'),
  halt: (_args, process) => powerOff(process, 'halt'),
  reboot: (_args, process) => restart(process, 'reboot'),
};
