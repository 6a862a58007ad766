import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { makeGuestHostKey } from '../../engine/open-ssh-key.ts';
import { FileError } from '../files.ts';
import { absolutePath, type Command, complain, type Process } from '../shell/process.ts';
import { readOptions } from './options.ts';
import { eachPath } from './sources.ts';

async function ls(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  const { files, directory, account } = process;
  const line = (path: string, name: string) => {
    if (!flags.has('l')) return `${name}\n`;
    const kind = files.is(path) === 'directory' ? 'd' : '-';
    const bits = Array.from({ length: 9 }, (_, n) => ((files.mode(path) >> (8 - n)) & 1 ? 'rwx'.charAt(n % 3) : '-')).join('');
    const owner = path.startsWith(account.home) ? account.name : 'root';
    return `${kind}${bits} 1 ${owner} ${owner} ${String(files.size(path)).padStart(8)} ${name}\n`;
  };
  return eachPath('ls', rest.length === 0 ? [directory] : rest, process, async (path, name) => {
    const kind = files.is(path);
    if (kind === null) throw new FileError('No such file or directory');
    if (path.startsWith('/root') && account.uid !== 0) throw new FileError('Permission denied');
    if (kind === 'file' || flags.has('d')) return process.stdout.write(line(path, name));
    if (rest.length > 1) await process.stdout.write(`${name}:\n`);
    const names = files.list(path).filter((entry) => flags.has('a') || flags.has('A') || !entry.startsWith('.'));
    return process.stdout.write(names.map((entry) => line(posix.join(path, entry), entry)).join(''));
  });
}

async function mkdir(args: readonly string[], process: Process): Promise<number> {
  const { flags, values, rest } = readOptions(args, 'm');
  const mode = values.has('m') ? parseInt(values.get('m') ?? '', 8) : 0o755;
  return eachPath('mkdir', rest, process, (path) => {
    if (!flags.has('p')) {
      process.files.makeDirectory(path, process.account, mode);
      return;
    }
    let made = '';
    for (const part of path.split('/').slice(1)) {
      made += `/${part}`;
      if (process.files.is(made) !== 'directory') process.files.makeDirectory(made, process.account, mode);
    }
  });
}

async function rm(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  if (rest.length === 0 && flags.has('f')) return 0;
  return eachPath('rm', rest, process, (path) => {
    const kind = process.files.is(path);
    if (kind === null && flags.has('f')) return;
    if (kind === 'directory' && !flags.has('r') && !flags.has('R')) throw new FileError('Is a directory');
    if (path === '/') throw new FileError('it is dangerous to operate recursively on /');
    process.files.remove(path, process.account);
  });
}

async function copy(name: 'cp' | 'mv', args: readonly string[], process: Process): Promise<number> {
  const { rest } = readOptions(args);
  const { files, account, directory } = process;
  const target = rest.at(-1);
  if (target === undefined || rest.length < 2) return complain(process, `${name}: missing file operand`);
  const to = absolutePath(target, directory);
  const sources = rest.slice(0, -1);
  if (sources.length > 1 && files.is(to) !== 'directory') return complain(process, `${name}: target '${target}': No such directory`);
  return eachPath(name, sources, process, (path) => {
    const place = files.is(to) === 'directory' ? posix.join(to, posix.basename(path)) : to;
    files.write(place, files.read(path, account), account, files.mode(path));
    if (name === 'mv') files.remove(path, account);
  });
}

async function chmod([mode = '', ...args]: readonly string[], process: Process): Promise<number> {
  const octal = /^[0-7]{3,4}$/.test(mode) ? parseInt(mode, 8) : null;
  const executable = /^[ugoa]*\+x$/.test(mode);
  if (octal === null && !executable) return complain(process, `chmod: ${mode}: this simulated guest knows octal modes and +x`);
  return eachPath('chmod', args, process, (path) => {
    process.files.changeMode(path, octal ?? process.files.mode(path) | 0o111, process.account);
  });
}

async function mktemp(args: readonly string[], process: Process): Promise<number> {
  const { flags, rest } = readOptions(args);
  const template = rest[0] ?? '/tmp/tmp.XXXXXXXXXX';
  const path = absolutePath(template.replace(/X{3,}$/, (xs) => randomBytes(xs.length).toString('hex').slice(0, xs.length)), process.directory);
  return eachPath('mktemp', [path], process, (made) => {
    if (flags.has('d')) process.files.makeDirectory(made, process.account, 0o700);
    else process.files.write(made, Buffer.alloc(0), process.account, 0o600);
    return process.stdout.write(`${made}\n`);
  });
}

/** Makes ED25519 keys, which is what a guest's script asks it for. */
async function sshKeygen(args: readonly string[], process: Process): Promise<number> {
  const { values } = readOptions(args, 'tNCfb');
  const file = values.get('f');
  if (file === undefined || (values.get('t') ?? 'ed25519') !== 'ed25519') {
    return complain(process, 'ssh-keygen: this is a simulated guest; it knows: ssh-keygen -q -t ed25519 -N "" -f FILE');
  }
  const { privateKeyPem, publicKey } = makeGuestHostKey();
  const comment = values.get('C') ?? `${process.account.name}@${process.guest.machine.hostName}`;
  return eachPath('ssh-keygen', [file], process, (path) => {
    process.files.write(path, Buffer.from(privateKeyPem), process.account, 0o600);
    process.files.write(`${path}.pub`, Buffer.from(`${publicKey}${comment === '' ? '' : ` ${comment}`}\n`), process.account);
  });
}

const nameOf = (part: (path: string) => string): Command => async ([path], process) => {
  if (path === undefined) return complain(process, 'missing operand');
  await process.stdout.write(`${part(path)}\n`);
  return 0;
};

export const fileCommands: Readonly<Record<string, Command>> = {
  ls,
  mkdir,
  rm,
  chmod,
  mktemp,
  'ssh-keygen': sshKeygen,
  cp: (args, process) => copy('cp', args, process),
  mv: (args, process) => copy('mv', args, process),
  touch: (args, process) =>
    eachPath('touch', readOptions(args).rest, process, (path) => {
      if (process.files.is(path) === null) process.files.write(path, Buffer.alloc(0), process.account);
    }),
  pwd: async (_args, process) => {
    await process.stdout.write(`${process.directory}\n`);
    return 0;
  },
  basename: nameOf((path) => posix.basename(path)),
  dirname: nameOf((path) => posix.dirname(path)),
  sync: () => Promise.resolve(0),
};
