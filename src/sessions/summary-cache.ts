import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionSummary } from '../core/session.ts';
import { isPlainObject } from './plain-object.ts';

/** Beside the sessions; removing it costs nothing but the next list's time. */
const cacheName = '.summaries.json';
const cacheVersion = 2;

interface Entry {
  /** Which file this was read from: session.json is replaced by a new file at every change. */
  readonly stamp: string;
  readonly summary: SessionSummary;
}

/**
 * Summaries by session id, each read again only where its session.json is another file than the last time:
 * for a thousand sessions a third of the time. Damaged sessions are never kept.
 */
export class SummaryCache {
  readonly #file: string;
  readonly #directory: string;
  /** As it was read: each entry is looked at only when its session is asked for. */
  readonly #known: Readonly<Record<string, unknown>>;
  readonly #kept: [string, Entry][] = [];
  #changed = false;

  constructor(directory: string) {
    this.#directory = directory;
    this.#file = join(directory, cacheName);
    this.#known = readCache(this.#file);
  }

  /** The summary of a session: as it was kept, or as `read` gives it. */
  get(id: string, read: () => SessionSummary): SessionSummary {
    const stamp = stampOf(join(this.#directory, id, 'session.json'));
    const known = this.#known[id];
    if (stamp !== null && isEntry(id, known) && known.stamp === stamp) {
      this.#kept.push([id, known]);
      return known.summary;
    }
    const summary = read();
    if (stamp !== null && summary.problem === null) {
      this.#changed = true;
      this.#kept.push([id, { stamp, summary }]);
    }
    return summary;
  }

  /** Keeps what was read for the next time. A cache: failing to write it is no failure. */
  save(): void {
    if (!this.#changed) return;
    const temporary = `${this.#file}.${process.pid}.tmp`;
    try {
      const entries = Object.fromEntries(this.#kept);
      writeFileSync(temporary, JSON.stringify({ v: cacheVersion, entries }), { mode: 0o600, flag: 'wx' });
      renameSync(temporary, this.#file);
    } catch {
      rmSync(temporary, { force: true });
    }
  }
}

function stampOf(file: string): string | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.ino}-${stats.size}-${stats.mtimeMs}`;
}

function readCache(file: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isPlainObject(content) && content.v === cacheVersion && isPlainObject(content.entries) ? content.entries : {};
  } catch {
    return {};
  }
}

const texts = ['name', 'size', 'phase', 'createdAt'];
const lists = ['distro', 'clouds', 'regions', 'protectedBy'];

function isEntry(id: string, value: unknown): value is Entry {
  if (!isPlainObject(value) || typeof value.stamp !== 'string' || !isPlainObject(value.summary)) return false;
  const summary = value.summary;
  return summary.id === id && texts.every((key) => typeof summary[key] === 'string') && lists.every((key) => Array.isArray(summary[key]));
}
