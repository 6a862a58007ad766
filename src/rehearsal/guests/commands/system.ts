import { accountOf, defaultUser } from '../accounts.ts';
import { uptimeSeconds } from '../guest-files.ts';
import { type Command, complain, type Process } from '../shell/process.ts';
import { hardwareName, kernelRelease, kernelVersion, operatingSystem, prettyName } from '../../engine/system-facts.ts';
import { readOptions } from './options.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (number: number) => String(number).padStart(2, '0');

/** A time as `date` prints it, in UTC. */
export function dateText(format: string, ms: number): string {
  const date = new Date(ms);
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const [day = '', month = ''] = [days[date.getUTCDay()], months[date.getUTCMonth()]];
  const values: Readonly<Partial<Record<string, string>>> = {
    Y: String(date.getUTCFullYear()), m: two(date.getUTCMonth() + 1), d: two(date.getUTCDate()), e: String(date.getUTCDate()).padStart(2),
    H: two(date.getUTCHours()), M: two(date.getUTCMinutes()), S: two(date.getUTCSeconds()),
    s: String(Math.floor(ms / 1_000)), N: `${String(ms % 1_000).padStart(3, '0')}000000`,
    F: date.toISOString().slice(0, 10), T: time, R: time.slice(0, 5), Z: 'UTC', z: '+0000',
    a: day.slice(0, 3), A: day, b: month, y: String(date.getUTCFullYear()).slice(2),
    c: `${day.slice(0, 3)} ${month} ${String(date.getUTCDate()).padStart(2)} ${time} ${date.getUTCFullYear()}`,
    '%': '%', n: '\n', t: '\t',
  };
  return format.replace(/%-?([a-zA-Z%])/g, (whole, letter: string) => values[letter] ?? whole);
}

async function date(args: readonly string[], process: Process): Promise<number> {
  const { values, flags, rest } = readOptions(args, 'd');
  const given = values.get('d');
  const ms = given === undefined ? process.guest.now() : given.startsWith('@') ? Number(given.slice(1)) * 1_000 : Date.parse(given.replace(/ /, 'T').replace(/(?<!Z)$/, 'Z'));
  if (!Number.isFinite(ms)) return complain(process, `date: invalid date '${given ?? ''}'`);
  const format = rest.find((word) => word.startsWith('+'))?.slice(1) ?? (flags.has('I') ? '%F' : '%a %b %e %H:%M:%S %Z %Y');
  await process.stdout.write(`${dateText(format, Math.floor(ms))}\n`);
  return 0;
}

async function uname(args: readonly string[], { guest, stdout }: Process): Promise<number> {
  const { flags } = readOptions(args);
  const { machine } = guest;
  const { system } = machine;
  const linux = operatingSystem(system) === 'Linux';
  const parts: readonly (readonly [letters: readonly string[], text: string])[] = [
    [['s', 'kernel-name', 'a'], operatingSystem(system)],
    [['n', 'nodename', 'a'], machine.hostName],
    [['r', 'kernel-release', 'a'], kernelRelease(system)],
    [['v', 'kernel-version', 'a'], kernelVersion(system)],
    [['m', 'machine', 'a', ...(linux ? [] : ['p'])], hardwareName(machine)],
    [linux ? ['o', 'operating-system', 'a'] : ['o'], linux ? 'GNU/Linux' : 'FreeBSD'],
  ];
  const asked = flags.size === 0 ? new Set(['s']) : flags;
  await stdout.write(`${parts.filter(([letters]) => letters.some((letter) => asked.has(letter))).map(([, text]) => text).join(' ')}\n`);
  return 0;
}

function upText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = `${Math.floor(minutes / 60) % 24}:${two(minutes % 60)}`;
  const whole = Math.floor(minutes / 1_440);
  return whole === 0 ? hours : `${whole} day${whole === 1 ? '' : 's'}, ${hours}`;
}

async function uptime(args: readonly string[], { guest, stdout }: Process): Promise<number> {
  const seconds = uptimeSeconds(guest);
  if (args.includes('-p')) await stdout.write(`up ${Math.floor(seconds / 60)} minutes\n`);
  else if (args.includes('-s')) await stdout.write(`${dateText('%F %T', guest.now() - seconds * 1_000)}\n`);
  else await stdout.write(` ${dateText('%T', guest.now())} up ${upText(seconds)},  1 user,  load average: 0.00, 0.01, 0.00\n`);
  return 0;
}

async function id(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  const account = rest[0] === undefined ? process.account : accountOf(rest[0], process.guest);
  const groups = account.uid === 0 || account.name !== defaultUser(process.guest) ? '' : ',10(wheel)';
  const text = flags.has('n') ? account.name : String(account.uid);
  const all = `uid=${account.uid}(${account.name}) gid=${account.uid}(${account.name}) groups=${account.uid}(${account.name})${groups}`;
  await process.stdout.write(`${flags.has('u') || flags.has('g') || flags.has('G') ? text : all}\n`);
  return 0;
}

async function hostname(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  if (rest.length > 0) return complain(process, 'hostname: the name of a simulated guest stays as it is', 1);
  const { hostName, privateIp } = process.guest.machine;
  await process.stdout.write(flags.has('I') || flags.has('i') ? `${privateIp} \n` : `${hostName}\n`);
  return 0;
}

async function free(args: readonly string[], { guest, stdout }: Process): Promise<number> {
  const { flags } = readOptions(args);
  const scale = flags.has('g') ? 1_048_576 : flags.has('m') || flags.has('h') ? 1_024 : 1;
  const total = guest.machine.memoryGb * 1_048_576;
  const column = (kb: number) => `${Math.round(kb / scale)}${flags.has('h') ? 'Mi' : ''}`.padStart(12);
  const line = (name: string, numbers: readonly number[]) => `${name.padEnd(8)}${numbers.map(column).join('')}\n`;
  const header = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'].map((word) => word.padStart(12)).join('');
  const memory = [total, total * 0.08, total * 0.8, total * 0.001, total * 0.12, total * 0.9];
  await stdout.write(`${' '.repeat(8)}${header}\n${line('Mem:', memory)}${line('Swap:', [0, 0, 0])}`);
  return 0;
}

async function df(args: readonly string[], { stdout }: Process): Promise<number> {
  const human = readOptions(args).flags.has('h');
  const rows = [
    human ? ['Filesystem', 'Size', 'Used', 'Avail', 'Use%', 'Mounted on'] : ['Filesystem', '1K-blocks', 'Used', 'Available', 'Use%', 'Mounted on'],
    human ? ['simulated', '20G', '1.9G', '19G', '10%', '/'] : ['simulated', '20961280', '1992000', '18969280', '10%', '/'],
  ];
  const widths = [16, 10, 9, 10, 5];
  await stdout.write(rows.map((row) => `${row.map((cell, n) => (n === 0 ? cell.padEnd(16) : n < 5 ? cell.padStart(widths[n] ?? 0) : ` ${cell}`)).join('')}\n`).join(''));
  return 0;
}

async function last(_args: readonly string[], { guest, account, stdout }: Process): Promise<number> {
  const booted = guest.now() - uptimeSeconds(guest) * 1_000;
  const at = (ms: number) => dateText('%a %b %e %H:%M', ms);
  await stdout.write(
    `${account.name.padEnd(8)} pts/0        labtui           ${at(guest.now())}   still logged in\n` +
      `reboot   system boot  ${kernelRelease(guest.machine.system).slice(0, 16).padEnd(16)} ${at(booted)}   still running\n\n` +
      `wtmp begins ${dateText('%c', booted)} (simulated)\n`,
  );
  return 0;
}

const prints = (text: (process: Process) => string): Command => async (_args, process) => {
  await process.stdout.write(`${text(process)}\n`);
  return 0;
};

export const systemCommands: Readonly<Record<string, Command>> = {
  date,
  uname,
  uptime,
  id,
  hostname,
  free,
  df,
  last,
  whoami: prints(({ account }) => account.name),
  logname: prints(({ account }) => account.name),
  groups: prints(({ account, guest }) => (account.uid !== 0 && account.name === defaultUser(guest) ? `${account.name} wheel` : account.name)),
  nproc: prints(({ guest }) => String(guest.machine.vcpu)),
  arch: prints(({ guest }) => hardwareName(guest.machine)),
  who: prints(({ account, guest }) => `${account.name} pts/0 ${dateText('%F %R', guest.now())} (labtui)`),
  tty: async (_args, process) => {
    await process.stdout.write(process.environment.has('SSH_TTY') ? `${process.environment.get('SSH_TTY') ?? ''}\n` : 'not a tty\n');
    return process.environment.has('SSH_TTY') ? 0 : 1;
  },
  help: prints(
    ({ commands, guest }) =>
      `This is ${prettyName(guest.machine.system)}, simulated by labtui. It knows:\n${[...commands.keys()].filter((name) => name !== '[').sort().join(' ')}`,
  ),
  logger: () => Promise.resolve(0),
  wall: () => Promise.resolve(0),
};
