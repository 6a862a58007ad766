import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNewFile } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';
import { isHolder, type LockHolder } from './lock-holder.ts';

const lockName = '.lock';
const successorPrefix = '.lock.after-';
const draftPrefix = '.lock.new-';

/** A lock as it is on disk. */
export interface LockEntry {
  /** Never used twice. */
  readonly token: string;
  /** null: the content says nothing, after a power cut or an editor. */
  readonly holder: LockHolder | null;
  readonly changedAtMs: number;
}

export type Attempt =
  | { readonly kind: 'taken'; readonly from: LockEntry | null }
  | { readonly kind: 'held'; readonly by: LockEntry }
  /** Somebody else moved in between: look again. */
  | { readonly kind: 'changed' };

export function newToken(): string {
  return randomBytes(12).toString('hex');
}

/**
 * Tries once to take a directory's lock. A lock is a file that appears whole and whose content is never changed, made with link(2), which
 * fails where the name is taken. A dead holder's lock is not removed, for two takers could each remove the other's:
 * whoever makes the one file `.lock.after-<its token>` is its successor, and only that one puts its own lock in its place.
 * Rejects with ENOENT where the directory is gone.
 */
export async function tryLock(directory: string, mine: LockHolder, isDead: (entry: LockEntry) => boolean): Promise<Attempt> {
  const file = join(directory, lockName);
  const chain = await readChain(directory);
  const last = chain.at(-1);
  if (last !== undefined && !isDead(last)) return { kind: 'held', by: last };

  const draft = join(directory, `${draftPrefix}${mine.token}`);
  await writeNewFile(draft, `${JSON.stringify(mine)}\n`);
  try {
    if (last === undefined) {
      return (await claim(draft, file)) ? { kind: 'taken', from: null } : { kind: 'changed' };
    }
    const succession = join(directory, `${successorPrefix}${last.token}`);
    if (!(await claim(draft, succession))) return { kind: 'changed' };
    // An earlier successor may have come and gone since the chain was read; then the lock has another token by now.
    if ((await readEntry(file))?.token !== chain[0]?.token) {
      await rm(succession, { force: true });
      return { kind: 'changed' };
    }
    await rename(draft, file);
    await removeSuccessions(directory);
    return { kind: 'taken', from: last };
  } finally {
    await rm(draft, { force: true });
  }
}

/** What a labtui that was killed while it asked for the lock left behind. A living one makes its draft anew. */
export function isLockDraft(name: string): boolean {
  return name.startsWith(draftPrefix);
}

/** A sign of life: the lock with this token gets the present time. False where it is another's by now. */
export async function beat(directory: string, token: string): Promise<boolean> {
  const file = join(directory, lockName);
  if ((await readEntry(file))?.token !== token) return false;
  const now = new Date();
  await utimes(file, now, now);
  return true;
}

/** Removes the lock if it is still the one with this token. */
export async function releaseLock(directory: string, token: string): Promise<boolean> {
  const file = join(directory, lockName);
  if ((await readEntry(file))?.token !== token) return false;
  await rm(file, { force: true });
  return true;
}

export function lockFileOf(directory: string): string {
  return join(directory, lockName);
}

/** Who holds a directory's lock, the last of its successors; null where nobody does. Whether it lives is not asked. */
export async function readLock(directory: string): Promise<LockEntry | null> {
  return (await readChain(directory)).at(-1) ?? null;
}

/** The lock and, where a successor died before its lock was in place, its successors; the last one counts. */
async function readChain(directory: string): Promise<readonly LockEntry[]> {
  const chain: LockEntry[] = [];
  let next = await readEntry(join(directory, lockName));
  while (next !== null) {
    chain.push(next);
    next = await readEntry(join(directory, `${successorPrefix}${next.token}`));
  }
  return chain;
}

async function readEntry(file: string): Promise<LockEntry | null> {
  try {
    const { ino, mtimeMs } = await stat(file);
    const holder = parseHolder(await readFile(file, 'utf8'));
    return { token: holder?.token ?? `unreadable-${ino}-${Math.trunc(mtimeMs)}`, holder, changedAtMs: mtimeMs };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function parseHolder(text: string): LockHolder | null {
  try {
    const content: unknown = JSON.parse(text);
    return isHolder(content) ? content : null;
  } catch {
    return null;
  }
}

/** Gives the draft a second name; false where that name is taken. */
async function claim(draft: string, name: string): Promise<boolean> {
  try {
    await link(draft, name);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST') return false;
    if (code !== null && ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return claimWithoutLinks(draft, name);
    throw error;
  }
}

/** For file systems without hard links: the name is exclusive all the same, only its content comes a moment later. */
async function claimWithoutLinks(draft: string, name: string): Promise<boolean> {
  try {
    await writeNewFile(name, await readFile(draft));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function removeSuccessions(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith(successorPrefix)) await rm(join(directory, name), { force: true });
  }
}
