import { cutToWidth } from '../../core/display-width.ts';
import type { CopyProgress } from '../../ssh/copy/copy-tree.ts';
import type { CliContext } from '../context.ts';
import { formatBytes } from '../../core/bytes.ts';

const frameMs = 100;

/** A line on a terminal's standard error that says how far a copy is; nothing where there is none, or `--quiet`, `--plain` or `--json`. */
export function copyProgress({ stderr, settings, err }: Pick<CliContext, 'stderr' | 'settings' | 'err'>): { readonly take: (progress: CopyProgress) => void; readonly end: () => void } {
  if (!stderr.isTTY || settings.quiet || settings.plain || settings.json) return { take: () => undefined, end: () => undefined };
  const startedMs = performance.now();
  let shownMs = -Infinity;
  return {
    take: (progress) => {
      const nowMs = performance.now();
      if (nowMs - shownMs < frameMs) return;
      shownMs = nowMs;
      err(`\r\u001B[K${cutToWidth(progressLine(progress, nowMs - startedMs), Math.max(20, (stderr.columns || 80) - 1))}`);
    },
    end: () => {
      if (shownMs > 0) err('\r\u001B[K');
    },
  };
}

/** `  42 %   410.0 MB of 1.0 GB   88.1 MB/s   3 of 12 files` */
export function progressLine({ files, filesTotal, bytes, bytesTotal }: CopyProgress, elapsedMs: number): string {
  const percent = bytesTotal === 0 ? 100 : Math.floor((bytes / bytesTotal) * 100);
  const speed = elapsedMs < 500 ? '' : `   ${formatBytes(Math.round(bytes / (elapsedMs / 1_000)))}/s`;
  return `  ${percent} %   ${formatBytes(bytes)} of ${formatBytes(bytesTotal)}${speed}${filesTotal > 1 ? `   ${files} of ${filesTotal} files` : ''}`;
}
