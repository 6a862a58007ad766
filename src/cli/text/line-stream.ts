import { once } from 'node:events';
import { Writable } from 'node:stream';

/** A longer line goes on in pieces: what writes a gigabyte without a line end is not kept. */
const longestLine = 64 * 1024;

const lineEnd = 10;

/**
 * A stream that hands whole lines, without their ends and byte for byte, to `render` and writes what that makes of them to the target,
 * at the target's pace. Its own end writes the last line, where that has none, and leaves the target open.
 */
export function lineStream(target: NodeJS.WritableStream, render: (line: Buffer) => Buffer | string): Writable {
  let rest: Buffer = Buffer.alloc(0);
  const hand = (lines: readonly Buffer[], done: (error?: Error | null) => void) => {
    if (lines.length === 0) {
      done();
      return;
    }
    // A target that is gone tells by this callback alone, so that many streams may write to one.
    target.write(Buffer.concat(lines.map((line) => Buffer.from(render(line)))), (error) => done(error ? gone(error) : null));
  };
  return new Writable({
    write(chunk: Buffer | string, encoding, done) {
      const lines: Buffer[] = [];
      let text = Buffer.concat([rest, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk]);
      for (let at = text.indexOf(lineEnd); at >= 0 || text.length > longestLine; at = text.indexOf(lineEnd)) {
        const cut = at >= 0 && at <= longestLine ? at : longestLine;
        lines.push(text.subarray(0, cut));
        text = text.subarray(cut === at ? cut + 1 : cut);
      }
      rest = Buffer.from(text);
      hand(lines, done);
    },
    final(done) {
      hand(rest.length === 0 ? [] : [rest], done);
    },
  });
}

/** Each line behind a name. */
export function prefixed(target: NodeJS.WritableStream, prefix: string): Writable {
  const head = Buffer.from(`${prefix}: `);
  const end = Buffer.from([lineEnd]);
  return lineStream(target, (line) => Buffer.concat([head, line, end]));
}

/** Each line as JSON: these fields and `text`; or `base64`, where it is no UTF-8. */
export function jsonLines(target: NodeJS.WritableStream, fields: () => object): Writable {
  return lineStream(target, (line) => `${JSON.stringify({ ...fields(), ...textOrBytes(line) })}\n`);
}

/** Writes what is left of a line, and waits until the target has it. */
export async function endLines(stream: Writable): Promise<void> {
  if (stream.destroyed) return;
  stream.end();
  await once(stream, 'close').catch(() => undefined);
}

function textOrBytes(line: Buffer): { readonly text: string } | { readonly base64: string } {
  const text = line.toString('utf8');
  return Buffer.from(text, 'utf8').equals(line) ? { text } : { base64: line.toString('base64') };
}

/** Whatever a stream says that was closed before: for the one who writes its reader went away. */
function gone(error: Error): Error {
  return Object.assign(new Error(error.message, { cause: error }), { code: 'EPIPE' });
}
