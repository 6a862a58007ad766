/** What a command reads from. Several commands may take from one, each where the last one stopped. */
export interface Input {
  /** What has come, at least one byte; null at the end. */
  read(): Promise<Buffer | null>;
  /** Gives back what was read too much. */
  unread(bytes: Buffer): void;
}

/** What a command writes to; resolves when there is room for more. Rejects with BrokenPipe when nobody reads. */
export interface Output {
  write(data: string | Buffer): Promise<void>;
}

/** Nobody reads what is written. */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe';
}

export const noInput: Input = { read: () => Promise.resolve(null), unread: () => undefined };
export const noOutput: Output = { write: () => Promise.resolve() };

/** Input from a text or from bytes. */
export function inputOf(data: string | Buffer): Input {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  const kept: Buffer[] = bytes.length === 0 ? [] : [bytes];
  return {
    read: () => Promise.resolve(kept.shift() ?? null),
    unread: (back) => void kept.unshift(back),
  };
}

/** Input that never ends: /dev/zero, and `yes`. */
export function endlessInput(bytes: Buffer): Input {
  return { read: () => Promise.resolve(bytes), unread: () => undefined };
}

const newline = 0x0a;

/** The next line without its end; null at the end of the input. */
export async function readLine(input: Input): Promise<string | null> {
  const parts: Buffer[] = [];
  for (;;) {
    const chunk = await input.read();
    if (chunk === null) return parts.length === 0 ? null : Buffer.concat(parts).toString('utf8');
    const end = chunk.indexOf(newline);
    if (end < 0) {
      parts.push(chunk);
      continue;
    }
    if (end + 1 < chunk.length) input.unread(chunk.subarray(end + 1));
    return Buffer.concat([...parts, chunk.subarray(0, end)]).toString('utf8');
  }
}

/** The lines of an input, without their ends. */
export async function* linesOf(input: Input): AsyncGenerator<string> {
  for (let line = await readLine(input); line !== null; line = await readLine(input)) yield line;
}

/** All that is left. */
export async function readAll(input: Input): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let chunk = await input.read(); chunk !== null; chunk = await input.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Output that is kept: for `$( )`. */
export function keptOutput(): Output & { text(): string; bytes(): Buffer } {
  const chunks: Buffer[] = [];
  const bytes = () => Buffer.concat(chunks);
  return {
    write: (data) => {
      chunks.push(typeof data === 'string' ? Buffer.from(data, 'utf8') : data);
      return Promise.resolve();
    },
    bytes,
    text: () => bytes().toString('utf8'),
  };
}
