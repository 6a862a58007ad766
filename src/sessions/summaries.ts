import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hourlyCost } from '../core/cost.ts';
import { stateOfAll } from '../core/power.ts';
import type { SessionSummary } from '../core/session.ts';
import { isSessionId, suffixLength } from '../core/session-id.ts';
import { errnoOf } from '../platform/errno.ts';
import { diskProblem } from './disk-problem.ts';
import { SummaryCache } from './summary-cache.ts';
import { archiveRoot } from './place.ts';
import { distrosOf, firstFault, isRawRecord, type RawPlan, type RawRecord, type RawStack, statesIn, typesOf, versionOf } from './summary-guards.ts';

/**
 * Summaries of the sessions that are not archived, oldest first, those that cannot be read last, with the reason. Empty
 * where there is no directory yet. Reads synchronously: for a thousand small files that takes half the time.
 */
export function listSessions(root: string): readonly SessionSummary[] {
  return summariesIn(root, false);
}

/** As listSessions, of the archive. */
export function listArchive(root: string): readonly SessionSummary[] {
  return summariesIn(archiveRoot(root), true);
}

/** Ids of the sessions, whether they can be read or not, without opening one. */
export function sessionIds(root: string, { archived }: { readonly archived: boolean }): readonly string[] {
  return entriesOf(archived ? archiveRoot(root) : root)
    .map(({ name }) => name)
    .filter(isSessionId);
}

/** The name within an id: what stands before the suffix. */
export function nameOfId(id: string): string {
  return id.slice(0, -(suffixLength + 1));
}

function summariesIn(directory: string, archived: boolean): readonly SessionSummary[] {
  const summaries: SessionSummary[] = [];
  const cache = new SummaryCache(directory);
  for (const entry of entriesOf(directory)) {
    if (!isSession(directory, entry)) continue;
    const { name: id } = entry;
    summaries.push(
      entry.isDirectory() ? cache.get(id, () => readSummary(directory, id, archived)) : damagedSummary(id, wrongKind(entry), archived),
    );
  }
  cache.save();
  return summaries.sort(
    (a, b) =>
      Number(a.problem !== null) - Number(b.problem !== null) || compare(a.createdAt, b.createdAt) || compare(a.id, b.id),
  );
}

function readSummary(directory: string, id: string, archived: boolean): SessionSummary {
  const read = readRaw(directory, id);
  return 'problem' in read ? damagedSummary(id, read.problem, archived) : summaryOf(read, archived);
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw diskProblem(error, directory);
  }
}

/** A renamed session is still one: what it created is not to be forgotten. */
function isSession(directory: string, entry: Dirent): boolean {
  return isSessionId(entry.name) || (entry.isDirectory() && existsSync(join(directory, entry.name, 'session.json')));
}

function wrongKind(entry: Dirent): string {
  return entry.isSymbolicLink() ? 'it is a symbolic link; labtui does not follow it' : 'it is not a directory';
}

function readRaw(directory: string, id: string): RawRecord | { readonly problem: string } {
  if (!isSessionId(id)) return { problem: "its name is not a session's id; was it renamed?" };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(directory, id, 'session.json'), 'utf8'));
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) return { problem: 'session.json is damaged: it is not JSON' };
    return { problem: code === 'ENOENT' ? 'session.json is missing' : `session.json cannot be read (${code})` };
  }
  const version = versionOf(content);
  if (version !== null && version > 1) return { problem: `it was made by a newer labtui (session.json version ${version})` };
  if (!isRawRecord(content)) return { problem: `session.json is damaged: ${firstFault(content) ?? 'the whole'}` };
  if (content.id !== id) return { problem: `session.json belongs to ${content.id}; was the directory copied or renamed?` };
  return content;
}

function summaryOf(record: RawRecord, archived: boolean): SessionSummary {
  const stacks = Object.values(record.stacks);
  const plans = stacks.map(({ plan }) => plan);
  const currency = plans[0]?.currency ?? null;
  const oneCurrency = plans.every((plan) => plan.currency === currency);
  return {
    id: record.id,
    name: record.name,
    distro: unique(plans.flatMap(distrosOf).map(({ name, version }) => `${name}@${version}`)),
    clouds: unique(plans.map(({ cloud }) => cloud)),
    regions: unique(plans.map(({ region }) => region)),
    size: unique(plans.flatMap(typesOf)).join(', '),
    phase: record.phase,
    state: stateOfAll(stacks.flatMap(statesIn)),
    createdAt: record.createdAt,
    expiresAt: record.expiresAt,
    hourlyCost: oneCurrency ? sumOf(plans.map(costOf)) : null,
    presentHourlyCost: oneCurrency ? sumOf(stacks.map(presentCostOf)) : null,
    currency,
    protectedBy: record.protection.by,
    rehearsed: record.rehearsed,
    archived,
    problem: null,
  };
}

function costOf({ hourlyPrice, cost, machines }: RawPlan): number | null {
  if (cost !== undefined) return hourlyCost(cost);
  return hourlyPrice === null ? null : hourlyPrice * machines.length;
}

function presentCostOf({ plan, presentHourlyCost }: RawStack): number | null {
  return typeof presentHourlyCost === 'number' || presentHourlyCost === null ? presentHourlyCost : costOf(plan);
}

function sumOf(amounts: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const amount of amounts) {
    if (amount === null) return null;
    sum += amount;
  }
  // Prices have at most six decimals; adding them up in binary makes more.
  return Math.round(sum * 1e6) / 1e6;
}

function damagedSummary(id: string, problem: string, archived: boolean): SessionSummary {
  return {
    id,
    name: isSessionId(id) ? nameOfId(id) : id,
    distro: [],
    clouds: [],
    regions: [],
    size: '',
    phase: 'failed',
    state: null,
    createdAt: '',
    expiresAt: null,
    hourlyCost: null,
    presentHourlyCost: null,
    currency: null,
    protectedBy: [],
    rehearsed: false,
    archived,
    problem,
  };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
