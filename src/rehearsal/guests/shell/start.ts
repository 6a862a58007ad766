import { FileError } from '../files.ts';
import { absolutePath, type Command, complain, type Process } from './process.ts';

const places = /^\/(?:usr\/(?:local\/)?)?s?bin\//;

/** The command of that name, given with or without its directory; null: the guest has none. */
export function findCommand(name: string, { commands, files, directory }: Process): Command | null {
  const bare = name.replace(places, '');
  const command = commands.get(bare);
  if (command !== undefined) return command;
  if (!name.includes('/')) return null;
  const path = absolutePath(name, directory);
  return files.is(path) === null ? null : (args, process) => runFile(path, args, process);
}

/** Runs a command by its words; 127 with a plain word about it where the simulated guest does not know it. */
export async function start(words: readonly string[], process: Process, shellName = 'sh'): Promise<number> {
  const [name = '', ...args] = words;
  const command = findCommand(name, process);
  if (command !== null) return command(args, process);
  const known = [...process.commands.keys()].filter((word) => word !== '[').sort();
  return complain(process, `${shellName}: ${name}: this is a simulated guest; it knows: ${known.join(' ')}`, 127);
}

async function runFile(path: string, args: readonly string[], process: Process): Promise<number> {
  const { files, account, commands } = process;
  const shell = commands.get('sh');
  try {
    if (files.is(path) === 'directory' || (files.mode(path) & 0o111) === 0) return await complain(process, `sh: ${path}: Permission denied`, 126);
    const text = files.read(path, account).toString('utf8');
    const interpreter = /^#!\s*(?:\/usr\/bin\/env\s+)?(\S+)/.exec(text)?.[1] ?? 'sh';
    if (shell === undefined || !interpreter.endsWith('sh')) {
      return await complain(process, `sh: ${path}: ${interpreter}: this is a simulated guest; it runs shell scripts only`, 126);
    }
    return await shell([path, ...args], process);
  } catch (error) {
    if (error instanceof FileError) return complain(process, `sh: ${path}: ${error.message}`, 126);
    throw error;
  }
}
