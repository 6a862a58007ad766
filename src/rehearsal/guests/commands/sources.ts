import { FileError } from '../files.ts';
import { absolutePath, complain, type Process } from '../shell/process.ts';
import { open, RedirectError } from '../shell/redirects.ts';
import type { Input } from '../shell/streams.ts';

/** Does something with each of the files named, or with standard input; complains about those that cannot be read. */
export async function eachSource(
  command: string,
  names: readonly string[],
  process: Process,
  work: (input: Input, name: string) => Promise<void>,
): Promise<number> {
  let code = 0;
  for (const name of names.length === 0 ? ['-'] : names) {
    if (name === '-') {
      await work(process.stdin, '-');
      continue;
    }
    if (process.files.is(absolutePath(name, process.directory)) === 'directory') {
      code = await complain(process, `${command}: ${name}: Is a directory`);
      continue;
    }
    let input: Input;
    try {
      input = open(name, process.stdin, { process });
    } catch (error) {
      if (!(error instanceof RedirectError)) throw error;
      code = await complain(process, `${command}: ${error.message}`);
      continue;
    }
    await work(input, name);
  }
  return code;
}

/** Does something with each path; complains in the command's name where the file system refuses. */
export async function eachPath(
  command: string,
  names: readonly string[],
  process: Process,
  work: (path: string, name: string) => Promise<void> | void,
): Promise<number> {
  if (names.length === 0) return complain(process, `${command}: missing operand`);
  let code = 0;
  for (const name of names) {
    try {
      await work(absolutePath(name, process.directory), name);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      code = await complain(process, `${command}: ${name}: ${error.message}`);
    }
  }
  return code;
}
