import { copy } from '../../library/reach.ts';
import { interruptedCode } from '../../ssh/interrupted-code.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { formatBytes } from '../../core/bytes.ts';
import { copyProgress } from '../text/copy-progress.ts';

export interface CopyOptions {
  readonly host?: string;
  readonly jump?: string;
  readonly dereference?: boolean;
  readonly timeout?: string;
}

/** `labtui cp A B`, one of them `SESSION:path` or `SESSION/HOST:path`: a file or a directory to a machine, or from it. */
export async function cp(context: CliContext, source: string, target: string, options: CopyOptions): Promise<number> {
  const startedMs = Date.now();
  const progress = copyProgress(context);
  const { host, jump, dereference, timeout } = options;
  const copied = await copy(source, target, { ...around(context), host, jump, dereference, timeout, onProgress: progress.take })
    .catch((error: unknown) => {
      if (context.signal.aborted) return null;
      throw error;
    })
    .finally(() => progress.end());
  if (copied === null) {
    context.err('  interrupted; give the same command again: it goes on where it stopped\n');
    return interruptedCode(context.signal);
  }
  const durationMs = Date.now() - startedMs;
  if (context.settings.json) {
    context.out(`${JSON.stringify({ ...copied, durationMs }, null, 2)}\n`);
    return 0;
  }
  for (const path of copied.skipped) context.err(`  left out: ${path} is no file, directory or link\n`);
  if (!context.settings.quiet) context.err(`  ${summary(copied, durationMs)}\n`);
  return 0;
}

function summary({ files, bytes, resumedBytes, unchanged }: { files: number; bytes: number; resumedBytes: number; unchanged: number }, durationMs: number): string {
  const before = [resumedBytes > 0 ? `${formatBytes(resumedBytes)} of it were there from before` : '', unchanged > 0 ? `${unchanged} unchanged` : ''].filter((part) => part !== '');
  return `${files === 1 ? '1 file' : `${files} files`}, ${formatBytes(bytes)} in ${(durationMs / 1_000).toFixed(1)} s${before.length === 0 ? '' : ` (${before.join(', ')})`}`;
}
