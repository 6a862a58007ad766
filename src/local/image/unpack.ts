import { execa } from 'execa';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { LabError } from '../../core/errors.ts';
import { errnoOf } from '../../platform/errno.ts';
import { interrupted } from './image-problem.ts';

/** The program that unpacks a kind of file to its standard output, and the packages that have it. */
const programs = {
  xz: { name: 'xz', args: ['--decompress', '--stdout'], hint: 'apt install xz-utils   or   dnf install xz   or   pacman -S xz   or   brew install xz' },
  bz2: { name: 'bzip2', args: ['--decompress', '--stdout'], hint: 'apt install bzip2   or   dnf install bzip2   or   pacman -S bzip2   or   brew install bzip2' },
} as const;

export type Compression = 'xz' | 'bz2' | 'gz';

/** How a file of this name is packed; null: it is not. */
export function compressionOf(url: string): Compression | null {
  const [, ending] = /\.(xz|bz2|gz)$/.exec(url) ?? [];
  return ending === 'xz' || ending === 'bz2' || ending === 'gz' ? ending : null;
}

export interface Unpack {
  readonly packed: string;
  /** Must not exist yet. */
  readonly target: string;
  readonly compression: Compression;
  readonly signal: AbortSignal;
  readonly onBytes: (doneBytes: number) => void;
}

/** Unpacks one file. Rejects with kind prerequisite where the program is missing, kind image where the file is broken. */
export async function unpack({ packed, target, compression, signal, onBytes }: Unpack): Promise<void> {
  let doneBytes = 0;
  const source = createReadStream(packed);
  source.on('data', (chunk) => {
    doneBytes += chunk.length;
    onBytes(doneBytes);
  });
  const sink = createWriteStream(target, { flags: 'wx', mode: 0o600 });
  try {
    if (compression === 'gz') {
      await pipeline(source, createGunzip(), sink, { signal });
      return;
    }
    const { name, args, hint } = programs[compression];
    const program = execa(name, args, { stdin: 'pipe', buffer: { stdout: false, stderr: true }, encoding: 'buffer', cancelSignal: signal, reject: false });
    const [result] = await Promise.all([program, pipeline(source, program.stdin, { signal }), pipeline(program.stdout, sink, { signal })]);
    if (result.code === 'ENOENT') throw new LabError({ kind: 'prerequisite', summary: `the image is packed, and there is no ${name} here`, hint });
    if (result.failed) throw new Error(Buffer.from(result.stderr).toString('utf8').trim() || `${name} failed`);
  } catch (error) {
    if (signal.aborted) throw interrupted(signal);
    if (error instanceof LabError) throw error;
    const code = errnoOf(error) ?? '';
    if (code === 'ENOENT' && compression !== 'gz') throw new LabError({ kind: 'prerequisite', summary: `the image is packed, and there is no ${programs[compression].name} here`, hint: programs[compression].hint });
    if (/^E[A-Z]+$/.test(code) && code !== 'EPIPE') throw error;
    throw new LabError({ kind: 'image', summary: `${packed} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}` }, { cause: error });
  }
}
