import { FileError } from '../files.ts';
import { expandText, type Variables } from './expand.ts';
import { absolutePath } from './process.ts';
import type { Redirect } from './script.ts';
import { endlessInput, type Input, inputOf, noInput, noOutput, type Output } from './streams.ts';

export interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** A redirection that cannot be done. */
export class RedirectError extends Error {
  override readonly name = 'RedirectError';
}

/** The streams after some redirections. Throws a RedirectError naming the file. */
export async function redirected(redirects: readonly Redirect[], before: Streams, shell: Variables): Promise<Streams> {
  let streams = before;
  for (const redirect of redirects) {
    if (redirect.kind === 'here') {
      streams = { ...streams, stdin: inputOf(await expandText(redirect.body, shell)) };
      continue;
    }
    const target = await expandText(redirect.target, shell);
    const { fd } = redirect;
    if (fd > 2) throw new RedirectError(`${fd}: this is a simulated guest; it has the file descriptors 0, 1 and 2`);
    if (redirect.kind === 'duplicate') streams = duplicated(fd, target, streams);
    else if (fd === 0) streams = { ...streams, stdin: open(target, streams.stdin, shell) };
    else streams = withOutput(fd, create(target, redirect.kind === 'append', streams, shell), streams);
  }
  return streams;
}

function withOutput(fd: number, output: Output, streams: Streams): Streams {
  return fd === 1 ? { ...streams, stdout: output } : { ...streams, stderr: output };
}

function duplicated(fd: number, target: string, streams: Streams): Streams {
  if (fd === 0) return target === '-' ? { ...streams, stdin: noInput } : streams;
  if (target === '-') return withOutput(fd, noOutput, streams);
  if (target === '1') return withOutput(fd, streams.stdout, streams);
  if (target === '2') return withOutput(fd, streams.stderr, streams);
  throw new RedirectError(`${target}: Bad file descriptor`);
}

/** A file to read from, the devices among them. */
export function open(target: string, stdin: Input, { process }: Pick<Variables, 'process'>): Input {
  const path = absolutePath(target, process.directory);
  if (path === '/dev/null') return noInput;
  if (path === '/dev/stdin' || path === '/dev/fd/0') return stdin;
  if (path === '/dev/zero') return endlessInput(zeros);
  try {
    return inputOf(process.files.read(path, process.account));
  } catch (error) {
    if (error instanceof FileError) throw new RedirectError(`${target}: ${error.message}`);
    throw error;
  }
}

const zeros = Buffer.alloc(65_536);

/** A file to write to, the devices among them. It has each piece as soon as that is written. */
export function create(target: string, append: boolean, streams: Streams, { process }: Pick<Variables, 'process'>): Output {
  const path = absolutePath(target, process.directory);
  if (path === '/dev/null') return noOutput;
  if (path === '/dev/stdout' || path === '/dev/tty') return streams.stdout;
  if (path === '/dev/stderr') return streams.stderr;
  const { files, account } = process;
  const attempt = (content: Buffer) => {
    try {
      files.write(path, content, account);
    } catch (error) {
      if (error instanceof FileError) throw new RedirectError(`${target}: ${error.message}`);
      throw error;
    }
  };
  const existing = files.is(path) === 'file' && append ? files.read(path, account) : Buffer.alloc(0);
  attempt(existing);
  let content = existing;
  return {
    write: (data) => {
      content = Buffer.concat([content, typeof data === 'string' ? Buffer.from(data, 'utf8') : data]);
      if (content.length > largestFile) return Promise.reject(new RedirectError(`${target}: No space left on device`));
      attempt(content);
      return Promise.resolve();
    },
  };
}

/** The files are in memory. */
const largestFile = 16 * 1024 * 1024;
