import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Host } from '../../core/events.ts';
import type { Cell } from '../../core/matrix.ts';
import type { CellStreams } from '../../lab/matrix/cell-streams.ts';
import type { CliContext } from '../context.ts';
import { endLines, jsonLines, prefixed } from '../text/line-stream.ts';
import { cellFolder } from '../../library/work/matrix/cell-folder.ts';

/** So much of the end of a cell's output goes into reports. */
const tailBytes = 64 * 1024;

export interface CellOutputs {
  /** From now on they go to files, too, below that directory, absolute; null: they do not. */
  readonly begin: (directory: string | null) => void;
  readonly open: (cell: Cell, host: Host, several: boolean) => CellStreams;
  /** The end of what the last attempt of a cell wrote, both streams as they came; what is not UTF-8 replaced. */
  readonly tailOf: (cell: Cell) => string;
}

export interface OutputChoices {
  /** stdout carries something else. */
  readonly allOnStderr: boolean;
}

/** Where the output of the cells' commands goes: to the terminal with the cell before each line, to a file of the cell, and its end to reports. */
export function cellOutputs(context: CliContext, { allOnStderr }: OutputChoices): CellOutputs {
  let directory: string | null = null;
  const tails = new Map<string, Buffer>();
  const remember = (cell: Cell, chunk: Buffer): void => {
    const text = Buffer.concat([tails.get(cell.label) ?? Buffer.alloc(0), chunk]);
    tails.set(cell.label, text.length > 2 * tailBytes ? text.subarray(-tailBytes) : text);
  };
  const shown = (cell: Cell, host: Host, several: boolean, stream: 'stdout' | 'stderr'): Writable | null => {
    const name = several ? `${cell.label}/${host.name}` : cell.label;
    if (context.settings.json) return jsonLines(context.stdout, () => ({ v: 1, time: new Date().toISOString(), session: null, stack: null, cell: cell.label, host: host.name, type: 'output', stream }));
    if (context.settings.quiet) return null;
    return prefixed(allOnStderr ? context.stderr : context[stream], name);
  };
  return {
    begin: (into) => {
      directory = into;
    },
    open: (cell, host, several) => {
      tails.delete(cell.label);
      const file = directory === null ? null : openFile(cellFolder(directory, cell, several ? host.name : null), context.err);
      const [out, err] = (['stdout', 'stderr'] as const).map((stream) => {
        const lines = shown(cell, host, several, stream);
        return { lines, stream: spread((chunk) => remember(cell, chunk), file, lines) };
      });
      if (out === undefined || err === undefined) throw new Error('a stream is missing');
      return {
        stdout: out.stream,
        stderr: err.stream,
        end: async () => {
          await Promise.all([out, err].flatMap(({ lines }) => (lines === null ? [] : [endLines(lines)])));
          if (file !== null) {
            file.end();
            await once(file, 'close').catch(() => undefined);
          }
        },
      };
    },
    tailOf: ({ label }) => (tails.get(label) ?? Buffer.alloc(0)).subarray(-tailBytes).toString('utf8'),
  };
}

/** Writes to all of them, at the slowest one's pace. One that goes away (`| head`) is written to no more: the run goes on to its end, and to that of its labs. */
function spread(remember: (chunk: Buffer) => void, file: WriteStream | null, lines: Writable | null): Writable {
  lines?.on('error', () => undefined);
  return new Writable({
    write(chunk: Buffer | string, encoding, done) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
      remember(bytes);
      const waiting = [file, lines].filter((stream) => stream !== null && !stream.destroyed).map((stream) => new Promise<void>((resolve) => stream?.write(bytes, () => resolve())));
      void Promise.all(waiting).then(() => done());
    },
  });
}

function openFile(folder: string, tell: (text: string) => void): WriteStream {
  mkdirSync(folder, { recursive: true });
  const file = createWriteStream(join(folder, 'output.log'));
  // A full disk must not end the run: what was written stands, and the terminal has the rest.
  file.once('error', (error) => tell(`  ${join(folder, 'output.log')} is not whole: ${error.message}\n`));
  return file;
}
