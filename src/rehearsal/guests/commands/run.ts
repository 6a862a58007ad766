import { setMaxListeners } from 'node:events';
import { accountOf, root } from '../accounts.ts';
import { FileError } from '../files.ts';
import { absolutePath, type Account, type Command, complain, Interrupted, type Process } from '../shell/process.ts';
import { Shell } from '../shell/shell.ts';
import { findCommand, start } from '../shell/start.ts';
import { secondsOf } from './flow.ts';
import { readOptions } from './options.ts';

const shell = (name: string): Command => async (args, process) => {
  const dashed = args.filter((arg) => arg !== '-l' && arg !== '--login' && arg !== '-i');
  const { flags, values, rest } = readOptions(dashed.map((arg) => (/^-[a-z]+c$/.test(arg) ? '-c' : arg)), 'c');
  const script = values.get('c');
  if (script !== undefined) {
    const [own = name, ...parameters] = rest;
    return withOptions(new Shell(process, { name: own, parameters }), dashed).run(script);
  }
  const [file, ...parameters] = rest;
  if (flags.has('s') || file === undefined) {
    return withOptions(new Shell(process, { name, parameters: rest }), dashed).runFrom(process.stdin);
  }
  try {
    const text = process.files.read(absolutePath(file, process.directory), process.account).toString('utf8');
    return await withOptions(new Shell(process, { name: file, parameters }), dashed).run(text);
  } catch (error) {
    if (error instanceof FileError) return complain(process, `${name}: ${file}: ${error.message}`, 127);
    throw error;
  }
};

function withOptions(started: Shell, args: readonly string[]): Shell {
  const letters = /^-([a-z]+)$/.exec(args[0] ?? '')?.[1] ?? '';
  for (const letter of letters) if (letter === 'e' || letter === 'u') started.state.options.add(letter);
  return started;
}

/** `sudo` and `doas`: the login user may do everything, as the images of clouds have it. */
const asSomebody = (name: string): Command => async (args, process) => {
  const { flags, values, rest } = readOptions(args, 'ug');
  const account: Account = values.has('u') ? accountOf(values.get('u') ?? '', process.guest) : root;
  const login = flags.has('i') || flags.has('s');
  const environment = new Map([...process.environment, ['USER', account.name], ['LOGNAME', account.name], ['HOME', account.home]]);
  let words = rest;
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? '')) {
    const [variable = '', ...value] = (words[0] ?? '').split('=');
    environment.set(variable, value.join('='));
    words = words.slice(1);
  }
  if (words.length === 0 && !login) {
    if (flags.has('v') || flags.has('k') || flags.has('n')) return flags.has('n') && !flags.has('v') ? complain(process, `usage: ${name} [-n] [-u user] command`) : 0;
    return complain(process, `usage: ${name} [-n] [-u user] command`);
  }
  const inner = { ...process, account, environment, directory: flags.has('i') ? account.home : process.directory };
  return start(words.length === 0 ? ['sh'] : login ? ['sh', '-c', words.join(' ')] : words, inner, name);
};

async function environmentOf(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  const environment = new Map(flags.has('i') ? [] : process.environment);
  let words = rest;
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? '')) {
    const [variable = '', ...value] = (words[0] ?? '').split('=');
    environment.set(variable, value.join('='));
    words = words.slice(1);
  }
  if (words.length > 0) return start(words, { ...process, environment }, 'env');
  await process.stdout.write([...environment].map(([name, value]) => `${name}=${value}\n`).join(''));
  return 0;
}

async function timeout(args: readonly string[], process: Process): Promise<number> {
  const [time = '', ...words] = readOptions(args, 'sk').rest;
  const seconds = secondsOf(time);
  if (seconds === null || words.length === 0) return complain(process, 'timeout: usage: timeout SECONDS COMMAND', 125);
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const pass = () => over.abort(process.signal.reason);
  process.signal.addEventListener('abort', pass, { once: true });
  const timer = setTimeout(() => over.abort('TIMEOUT'), seconds * 1_000);
  try {
    return await start(words, { ...process, signal: over.signal });
  } catch (error) {
    if (error instanceof Interrupted && error.signal === 'TIMEOUT') return 124;
    throw error;
  } finally {
    clearTimeout(timer);
    process.signal.removeEventListener('abort', pass);
  }
}

async function which(args: readonly string[], process: Process): Promise<number> {
  let code = 0;
  for (const name of args) {
    if (findCommand(name, process) === null) code = 1;
    else await process.stdout.write(name.includes('/') ? `${name}\n` : `/usr/bin/${name}\n`);
  }
  return code;
}

export const runCommands: Readonly<Record<string, Command>> = {
  sh: shell('sh'),
  bash: shell('bash'),
  ash: shell('ash'),
  dash: shell('dash'),
  env: environmentOf,
  printenv: async ([name], process) => {
    if (name === undefined) return environmentOf([], process);
    const value = process.environment.get(name);
    if (value === undefined) return 1;
    await process.stdout.write(`${value}\n`);
    return 0;
  },
  timeout,
  which,
  nohup: (args, process) => start(args, process, 'nohup'),
  nice: (args, process) => start(readOptions(args, 'n').rest, process, 'nice'),
  su: async (args, process) =>
    process.account.uid === 0 ? asSomebody('su')(['-i', ...args.filter((arg) => arg !== '-' && arg !== '-c' && arg !== 'root')], process) : complain(process, 'su: Authentication failure'),
};

/** The one of the two that the image has. */
export const becomeRoot = { sudo: asSomebody('sudo'), doas: asSomebody('doas') } as const;
