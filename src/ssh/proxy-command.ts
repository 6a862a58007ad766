import { parse } from 'shell-quote';
import { invalidInput } from '../core/errors.ts';

export interface ProxyTokens {
  /** `%h` */
  readonly address: string;
  /** `%p` */
  readonly port: number;
  /** `%r` */
  readonly user: string;
  /** `%n` */
  readonly alias: string;
}

/**
 * The words of a ProxyCommand, quotes removed and variables put in, percent tokens still there. Throws invalid-input
 * where it needs a shell (a pipe, a redirection, a pattern), or holds a token OpenSSH does not know.
 */
export function proxyWords(command: string, environment: NodeJS.ProcessEnv): readonly string[] {
  const words = parse(command, environment).map((entry) => {
    if (typeof entry === 'string') return entry.replace(/^~(?=\/)/, environment.HOME ?? '~');
    const what = 'op' in entry ? (entry.op === 'glob' ? entry.pattern : entry.op) : '#';
    throw invalidInput(
      `ssh.proxyCommand holds "${what}", which only a shell understands`,
      `wrap it: sh -c '${command.replaceAll("'", `'\\''`)}'`,
    );
  });
  if (words.length === 0 || words[0] === '') throw invalidInput('ssh.proxyCommand is empty');
  for (const word of words) {
    const unknown = /%(?![%hprn])(.?)/.exec(word.replaceAll('%%', ''));
    if (unknown !== null) {
      throw invalidInput(`ssh.proxyCommand holds "%${unknown[1] ?? ''}"`, 'known are %h (address), %p (port), %r (user), %n (name), %%');
    }
  }
  return words;
}

/** The command with its tokens replaced: a file and its arguments, to be started without a shell. */
export function proxyArguments(words: readonly string[], tokens: ProxyTokens): readonly [file: string, ...args: string[]] {
  const values: Readonly<Record<string, string>> = {
    '%h': tokens.address,
    '%p': String(tokens.port),
    '%r': tokens.user,
    '%n': tokens.alias,
    '%%': '%',
  };
  const [file = '', ...args] = words.map((word) => word.replaceAll(/%[%hprn]/g, (token) => values[token] ?? token));
  return [file, ...args];
}
