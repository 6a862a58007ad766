import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A stream that writes whole lines to another, each behind a name. */
export function prefixed(target: NodeJS.WritableStream, prefix: string): Writable {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return new Writable({
    decodeStrings: false,
    write: (chunk: Buffer | string, _encoding, done) => {
      const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) target.write(`${prefix}: ${line}\n`);
      done();
    },
    final: (done) => {
      if (rest !== '') target.write(`${prefix}: ${rest}\n`);
      done();
    },
  });
}
