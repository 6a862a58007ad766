import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { CloudPlace, Ledger, LedgerContent, LedgerEntry } from '../core/ledger.ts';
import { durableWrite, ensurePrivateDirectory } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';
import { diskProblem } from './disk-problem.ts';

export interface LedgerOptions {
  /** Absolute; it need not exist. */
  readonly directory: string;
  readonly now: () => Date;
  /** What is noted is of simulated clouds, and nothing else is read. */
  readonly rehearsed: boolean;
}

const time = z.string().refine((value) => !Number.isNaN(Date.parse(value)), { error: 'expected a time' });
const entrySchema = z.discriminatedUnion('kind', [
  z.object({
    v: z.literal(1),
    kind: z.literal('place'),
    cloud: z.string().min(1),
    account: z.string().nullable(),
    region: z.string().min(1),
    settings: z.record(z.string(), z.unknown()),
    rehearsed: z.boolean(),
    lastUsed: time,
  }),
  z.object({ v: z.literal(1), kind: z.literal('root'), root: z.string().startsWith('/'), rehearsed: z.boolean(), lastUsed: time }),
]);
type Entry = z.output<typeof entrySchema>;

/**
 * A ledger as small files, one for each place and each sessions directory, named by what they tell: writers at the same time write the
 * same, and what one crash spoils is one entry.
 */
export function createLedger({ directory, now, rehearsed }: LedgerOptions): Ledger {
  const noted = new Map<string, Promise<void>>();
  const write = async (name: string, entry: Entry): Promise<void> => {
    const file = join(directory, name);
    try {
      await ensurePrivateDirectory(directory);
      await durableWrite(file, `${JSON.stringify(entry, null, 2)}\n`);
    } catch (error) {
      throw diskProblem(error, file, 'set XDG_STATE_HOME to a directory that is writable: labtui remembers there where it has created something');
    }
  };
  /** Once in a process is enough: it is the time that would change. */
  const once = async (name: string, entry: Entry): Promise<void> => {
    const writing = noted.get(name) ?? write(name, entry);
    noted.set(name, writing);
    await writing.catch((error: unknown) => {
      noted.delete(name);
      throw error;
    });
  };
  return {
    note: async ({ cloud, account, region, settings }, root) => {
      const common = { v: 1, rehearsed, lastUsed: now().toISOString() } as const;
      await Promise.all([
        once(`root-${digest([root])}.json`, { ...common, kind: 'root', root }),
        once(`place-${digest([cloud, account, region, settings])}.json`, { ...common, kind: 'place', cloud, account, region, settings }),
      ]);
    },
    read: () => readLedger(directory, rehearsed),
  };
}

async function readLedger(directory: string, rehearsed: boolean): Promise<LedgerContent> {
  const places: LedgerEntry[] = [];
  const roots: string[] = [];
  const damaged: LedgerContent['damaged'][number][] = [];
  for (const name of await entryNames(directory)) {
    const file = join(directory, name);
    const entry = await readEntry(file);
    if ('reason' in entry) damaged.push({ file, reason: entry.reason });
    else if (entry.rehearsed !== rehearsed) damaged.push({ file, reason: `it is of ${entry.rehearsed ? 'simulated' : 'real'} clouds` });
    else if (entry.kind === 'root') roots.push(entry.root);
    else places.push({ ...placeOf(entry), lastUsed: entry.lastUsed, file });
  }
  return { places: places.sort((a, b) => (a.lastUsed < b.lastUsed ? 1 : -1)), roots, damaged };
}

function placeOf({ cloud, account, region, settings }: Extract<Entry, { kind: 'place' }>): CloudPlace {
  return { cloud, account, region, settings };
}

async function entryNames(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter((name) => /^(?:place|root)-[0-9a-f]+\.json$/.test(name)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw diskProblem(error, directory);
  }
}

async function readEntry(file: string): Promise<Entry | { readonly reason: string }> {
  try {
    const entry = entrySchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return entry.success ? entry.data : { reason: z.prettifyError(entry.error).split('\n')[0] ?? 'it cannot be read' };
  } catch (error) {
    return { reason: errnoOf(error) ?? 'it is not whole JSON' };
  }
}

function digest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(sorted(content))).digest('hex').slice(0, 24);
}

/** Keys in one order: settings that say the same are the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}
