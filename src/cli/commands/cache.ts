import { join } from 'node:path';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { exitCodes } from '../../core/errors.ts';
import { removeUnfinished, usualLimitBytes } from '../../local/image/prune-images.ts';
import { acquireCacheLock } from '../../terraform/cache-lock.ts';
import { cachedImages } from '../cache/cached-images.ts';
import type { CachedItem } from '../cache/cached-item.ts';
import { cachedProviders, cachedTerraforms } from '../cache/cached-providers.ts';
import type { CliContext } from '../context.ts';
import { cacheHome } from '../../library/directories.ts';
import { UsageError } from '../failure.ts';
import { sessionsRoot } from '../../library/sessions.ts';
import { formatBytes, parseBytes } from '../../core/bytes.ts';
import { type Column, renderTable } from '../text/table.ts';

export interface CachePruneOptions {
  readonly all?: boolean;
  readonly olderThan?: string;
  readonly maxSize?: string;
  readonly dryRun?: boolean;
}

/** How long what nothing uses is kept where nobody says otherwise. */
const usualAge = '7d';

/** `labtui cache list`: images, Terraform providers and Terraform itself, what each takes, and what uses it. */
export async function listCache(context: CliContext): Promise<number> {
  const directory = cacheDirectory(context);
  const items = await everything(context);
  const bytes = sum(items);
  if (context.settings.json) {
    const document = { directory, bytes, imageLimitBytes: usualLimitBytes, items: items.map(described) };
    context.out(`${JSON.stringify(document, null, 2)}\n`);
  } else if (items.length === 0) {
    context.err(`the cache is empty (${directory})\n`);
  } else {
    context.out(`${table(items, context)}\n`);
    context.err(`  ${formatBytes(bytes)} in ${directory}   labtui cache prune\n`);
  }
  return exitCodes.done;
}

/**
 * `labtui cache prune [--all|--older-than 7d] [--max-size 10GB] [--dry-run]`: removes what nothing uses and nothing has used lately, and
 * images beyond the size, the longest unused first; and what broken off downloads have left.
 */
export async function pruneCache(context: CliContext, options: CachePruneOptions): Promise<number> {
  const { all = false, dryRun = false, olderThan = usualAge, maxSize } = options;
  if (all && options.olderThan !== undefined) throw new UsageError('--all and --older-than exclude one another', 'labtui cache prune --all');
  const ageMs = parseDuration(olderThan);
  if (ageMs === null) throw new UsageError(`--older-than ${olderThan} is no duration`, '--older-than 7d');
  const limitBytes = maxSize === undefined ? usualLimitBytes : parseBytes(maxSize);
  if (limitBytes === null) throw new UsageError(`--max-size ${maxSize ?? ''} is no size`, '--max-size 10GB');

  const items = await everything(context);
  const chosen = choose(items, all ? new Date() : new Date(Date.now() - ageMs), limitBytes);
  const removed = dryRun ? chosen : await removeAll(context, chosen);
  const leftoverBytes = await removeUnfinished(cacheDirectory(context), { all: false, dryRun });
  const bytes = sum(removed) + leftoverBytes;
  const kept = items.filter((item) => !removed.includes(item));
  const unused = kept.filter(({ usedBy }) => usedBy.length === 0);
  if (context.settings.json) {
    const document = { dryRun, removed: removed.map(described), leftoverBytes, bytes, kept: kept.map(described) };
    context.out(`${JSON.stringify(document, null, 2)}\n`);
    return exitCodes.done;
  }
  if (removed.length > 0) context.out(`${table(removed, context)}\n`);
  context.err(`  ${dryRun ? 'would free' : 'freed'} ${formatBytes(bytes)}: ${removed.length} of ${items.length}${leftoverBytes > 0 ? ', and what broken off downloads had left' : ''}\n`);
  if (unused.length > 0) context.err(`  ${formatBytes(sum(unused))} more are not in use: labtui cache prune --all\n`);
  return exitCodes.done;
}

/** What goes: nothing that is in use; the old; of images also what is beyond the limit, the longest unused first. */
function choose(items: readonly CachedItem[], unusedSince: Date, limitBytes: number): readonly CachedItem[] {
  let imageBytes = sum(items.filter(({ kind }) => kind === 'image'));
  return [...items]
    .sort((a, b) => a.usedAt.getTime() - b.usedAt.getTime())
    .filter(({ kind, usedAt, usedBy, bytes }) => {
      const old = usedAt.getTime() <= unusedSince.getTime();
      const goes = usedBy.length === 0 && (old || (kind === 'image' && imageBytes > limitBytes));
      if (goes && kind === 'image') imageBytes -= bytes;
      return goes;
    });
}

/** Providers only while no terraform init is at work with them. */
async function removeAll(context: CliContext, items: readonly CachedItem[]): Promise<readonly CachedItem[]> {
  const providers = items.some(({ kind }) => kind === 'provider');
  const onMessage = (): void => {
    context.err('  waiting for a terraform init that uses the cache\n');
  };
  const lock = providers ? await acquireCacheLock(join(cacheDirectory(context), 'plugins.lock'), { signal: context.signal, onMessage }) : null;
  const removed: CachedItem[] = [];
  try {
    for (const item of items) {
      if (context.signal.aborted) break;
      if (await item.remove()) removed.push(item);
    }
  } finally {
    await lock?.release();
  }
  return removed;
}

async function everything(context: CliContext): Promise<readonly CachedItem[]> {
  const directory = cacheDirectory(context);
  const parts = await Promise.all([
    cachedImages(directory, context.signal),
    cachedProviders({ cacheDirectory: directory, sessionsRoot: sessionsRoot(context) }),
    cachedTerraforms(directory),
  ]);
  return parts.flat();
}

function cacheDirectory(context: CliContext): string {
  return join(cacheHome(context), 'labtui');
}

function described({ kind, name, platform, bytes, usedAt, usedBy, path }: CachedItem): object {
  return { kind, name, platform, bytes, usedAt: usedAt.toISOString(), usedBy, path };
}

function sum(items: readonly CachedItem[]): number {
  return items.reduce((total, { bytes }) => total + bytes, 0);
}

function table(items: readonly CachedItem[], { theme, columns: width }: CliContext): string {
  const nowMs = Date.now();
  const columns: readonly Column<CachedItem>[] = [
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'NAME', value: ({ name }) => name },
    { title: 'SIZE', align: 'right', value: ({ bytes }) => formatBytes(bytes) },
    { title: 'USED', value: ({ usedAt }) => `${formatDuration(Math.max(0, nowMs - usedAt.getTime()))} ago` },
    { title: 'IN USE', value: ({ usedBy }) => (usedBy.length === 0 ? theme.glyphs.dash : usedBy.length === 1 ? (usedBy[0] ?? '') : `${usedBy.length} times`) },
    { title: 'FOR', value: ({ platform }) => platform ?? theme.glyphs.dash },
  ];
  return renderTable(items, columns, width);
}
