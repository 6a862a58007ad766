import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { invalidInput, LabError } from '../core/errors.ts';
import { errnoOf } from '../platform/errno.ts';

/** Nothing a person writes by hand is larger. */
export const textLimitBytes = 1_048_576;

/**
 * The text of a UTF-8 file of at most 1 MiB, without byte order mark. `label` is how messages write its path,
 * `what` a word to put before that.
 * Rejects with kind not-found where there is no such file, invalid-input where it is a directory, cannot be read,
 * is too large or is no text.
 */
export async function readTextFile(file: string, label: string, what?: string): Promise<string> {
  const called = what === undefined ? label : `${what} ${label}`;
  let bytes: Buffer;
  try {
    bytes = await readBytes(file);
  } catch (error) {
    throw unreadable(error, label, called);
  }
  if (bytes.length > textLimitBytes) throw invalidInput(`${called} is larger than 1 MiB`);
  if (bytes.includes(0)) throw invalidInput(`${called} is binary, not text`, undefined, 'it holds a NUL byte');
  if (!isUtf8(bytes)) throw invalidInput(`${called}${placeOfBadByte(bytes)} not UTF-8 text`);
  return new TextDecoder('utf-8').decode(bytes);
}

async function readBytes(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    // Not readFile: a pipe or a device has no size to check beforehand.
    while (length <= textLimitBytes) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, null);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

function unreadable(error: unknown, label: string, called: string): unknown {
  const code = errnoOf(error);
  if (code === null) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new LabError({ kind: 'not-found', summary: `${called} does not exist` }, { cause: error });
  if (code === 'EISDIR') return new LabError({ kind: 'invalid-input', summary: `${called} is a directory, not a file` }, { cause: error });
  return new LabError({ kind: 'invalid-input', summary: `${called} cannot be read (${code})`, hint: `ls -l ${label}` }, { cause: error });
}

/** `:line:column` of the first byte that is none of UTF-8. */
function placeOfBadByte(bytes: Buffer): string {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const part = bytes.subarray(start, newline === -1 ? bytes.length : newline);
    if (!isUtf8(part)) return `:${line}:${part.toString('utf8').indexOf('\uFFFD') + 1}`;
    if (newline === -1) return '';
    start = newline + 1;
  }
}
