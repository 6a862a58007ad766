import { FileError } from '../files.ts';
import { BreakLoop, ExitShell, ReturnFromFunction } from './control.ts';
import { parseScript } from './parse.ts';
import { absolutePath } from './process.ts';
import type { Streams } from './redirects.ts';
import type { RunningShell } from './running-shell.ts';
import { readLine } from './streams.ts';

type Builtin = (args: readonly string[], shell: RunningShell, streams: Streams) => Promise<number>;

const number = (text: string | undefined, otherwise: number) => (text !== undefined && /^\d+$/.test(text) ? Number(text) : otherwise);
const done = Promise.resolve(0);

const list: readonly (readonly [name: string, builtin: Builtin])[] = [
  [':', () => done],
  ['umask', () => done],
  ['wait', () => done],
  ['hash', () => done],
  ['exit', ([code], { state }) => Promise.reject(new ExitShell(number(code, state.lastCode) & 255))],
  ['return', ([code], { state }) => Promise.reject(new ReturnFromFunction(number(code, state.lastCode) & 255))],
  ['break', ([loops]) => Promise.reject(new BreakLoop(number(loops, 1), false))],
  ['continue', ([loops]) => Promise.reject(new BreakLoop(number(loops, 1), true))],
  ['cd', changeDirectory],
  ['export', exportVariables],
  ['readonly', exportVariables],
  ['local', exportVariables],
  ['unset', (args, { state }) => {
    for (const name of args) {
      state.variables.delete(name);
      state.functions.delete(name);
    }
    return done;
  }],
  ['set', setOptions],
  ['shift', ([count], { state }) => {
    state.parameters = state.parameters.slice(number(count, 1));
    return done;
  }],
  ['read', readVariables],
  ['eval', (args, shell, streams) => inside(args.join(' '), shell, streams)],
  ['.', source],
  ['source', source],
  ['exec', execute],
  ['command', commandOrKind],
  ['type', kinds],
  ['trap', ([script = '', ...signals], { state }) => {
    if (signals.includes('EXIT') || signals.includes('0')) state.exitTrap = script === '-' ? '' : script;
    return done;
  }],
];

/** Commands that change the shell itself. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(list);

async function changeDirectory(args: readonly string[], shell: RunningShell, { stderr, stdout }: Streams): Promise<number> {
  const [target = shell.value('HOME') ?? '/'] = args;
  const { files } = shell.process;
  const path = absolutePath(target === '-' ? (shell.value('OLDPWD') ?? '.') : target, shell.state.directory);
  if (files.is(path) !== 'directory') {
    await stderr.write(`${shell.name}: cd: ${target}: ${files.is(path) === null ? 'No such file or directory' : 'Not a directory'}\n`);
    return 1;
  }
  shell.set('OLDPWD', shell.state.directory);
  shell.set('PWD', path);
  shell.state.directory = path;
  shell.process = { ...shell.process, directory: path };
  if (target === '-') await stdout.write(`${path}\n`);
  return 0;
}

function exportVariables(args: readonly string[], { state }: RunningShell): Promise<number> {
  for (const arg of args.filter((word) => !word.startsWith('-'))) {
    const [name = '', ...value] = arg.split('=');
    if (arg.includes('=')) state.variables.set(name, value.join('='));
    state.exported.add(name);
  }
  return done;
}

async function setOptions(args: readonly string[], { state }: RunningShell, { stdout }: Streams): Promise<number> {
  if (args.length === 0) await stdout.write([...state.variables].map(([name, value]) => `${name}='${value}'\n`).join(''));
  for (const [index, arg] of args.entries()) {
    if (arg === '--' || !/^[-+]/.test(arg)) {
      state.parameters = args.slice(arg === '--' ? index + 1 : index);
      return 0;
    }
    for (const letter of arg.slice(1)) {
      if (arg.startsWith('-')) state.options.add(letter);
      else state.options.delete(letter);
    }
    if (arg === '-o' || arg === '+o') return 0;
  }
  return 0;
}

async function readVariables(args: readonly string[], shell: RunningShell, { stdin }: Streams): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith('-'));
  const line = await readLine(stdin);
  const words = (line ?? '').trim().split(/[ \t]+/);
  for (const [index, name] of (names.length === 0 ? ['REPLY'] : names).entries()) {
    shell.set(name, index === names.length - 1 || names.length === 0 ? words.slice(index).join(' ') : (words[index] ?? ''));
  }
  return line === null ? 1 : 0;
}

function inside(script: string, shell: RunningShell, streams: Streams): Promise<number> {
  return shell.with(streams, () => shell.list(parseScript(script)));
}

async function source([file = '']: readonly string[], shell: RunningShell, streams: Streams): Promise<number> {
  const { files, account } = shell.process;
  try {
    return await inside(files.read(absolutePath(file, shell.state.directory), account).toString('utf8'), shell, streams);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await streams.stderr.write(`${shell.name}: ${file}: ${error.message}\n`);
    return 1;
  }
}

async function execute(args: readonly string[], shell: RunningShell, streams: Streams): Promise<number> {
  if (args.length > 0) throw new ExitShell(await shell.start(args, streams));
  shell.process = { ...shell.process, ...streams };
  return 0;
}

async function commandOrKind(args: readonly string[], shell: RunningShell, streams: Streams): Promise<number> {
  const [option, name = ''] = args;
  if (option !== '-v' && option !== '-V') {
    const [first = ''] = args;
    const builtin = builtins.get(first);
    return builtin === undefined ? shell.start(args, streams) : builtin(args.slice(1), shell, streams);
  }
  const kind = shell.kindOf(name);
  if (kind === null) return 127;
  await streams.stdout.write(`${kind === 'command' && !name.includes('/') ? `/usr/bin/${name}` : name}\n`);
  return 0;
}

async function kinds(args: readonly string[], shell: RunningShell, { stdout, stderr }: Streams): Promise<number> {
  let code = 0;
  for (const name of args) {
    const kind = shell.kindOf(name);
    if (kind === null) {
      code = 127;
      await stderr.write(`${shell.name}: type: ${name}: not found\n`);
    } else {
      const what = { function: 'a function', builtin: 'a shell builtin', command: `/usr/bin/${name}` }[kind];
      await stdout.write(`${name} is ${what}\n`);
    }
  }
  return code;
}
