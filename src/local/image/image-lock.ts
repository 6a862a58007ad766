import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { thisComputer } from '../../platform/computer-identity.ts';
import { claimFile } from '../../platform/durable-write.ts';
import { errnoOf } from '../../platform/errno.ts';
import { parseJson } from '../../platform/parse-json.ts';
import { isSameProcess, processStartTime } from '../../platform/process-identity.ts';
import { interrupted } from './image-problem.ts';

const holderSchema = z.object({
  token: z.string(),
  pid: z.number().int(),
  startTime: z.string().nullable(),
  boot: z.string().nullable(),
  pidSpace: z.string().nullable(),
});
type Holder = z.output<typeof holderSchema>;

export interface LockOptions {
  readonly signal: AbortSignal;
  /** Called once, when somebody else has it. */
  readonly onWait?: ((by: string) => void) | undefined;
  /** A holder that cannot be asked whether it lives is given up after this long without a sign of life. @default 20 s */
  readonly silentMs?: number | undefined;
  /** @default 100 ms */
  readonly pollMs?: number | undefined;
}

const beatMs = 2_000;

/**
 * Does one image's work alone on this computer: a file made with O_EXCL names the process at it, which touches the file while it works.
 * Waits for a living one as long as it takes; succeeds a dead one. Rejects as interrupted, or with what the work rejects with.
 */
export async function withImageLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const me = holderNow();
  await claim(file, me, options);
  const beat = setInterval(() => void touch(file), beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await look(file))?.holder?.token === me.token) await rm(file, { force: true });
  }
}

async function claim(file: string, me: Holder, options: LockOptions): Promise<void> {
  const { signal, onWait, silentMs = 20_000, pollMs = 100 } = options;
  let seen = { mark: '', sinceMs: 0 };
  for (let told = false; !(await claimFile(file, JSON.stringify(me))); ) {
    if (signal.aborted) throw interrupted(signal);
    const found = await look(file);
    if (found === null) continue;
    if (found.mark !== seen.mark) seen = { mark: found.mark, sinceMs: performance.now() };
    if (isDead(found.holder, performance.now() - seen.sinceMs, silentMs)) {
      await bury(file, found, me, options);
      continue;
    }
    if (!told) onWait?.(found.holder === null ? 'another labtui' : `process ${found.holder.pid}`);
    told = true;
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

function holderNow(): Holder {
  const { boot, pidSpace } = thisComputer();
  return { token: randomBytes(8).toString('hex'), pid: process.pid, startTime: processStartTime(process.pid), boot, pidSpace };
}

interface Found {
  /** null: half written, or rubbish. */
  readonly holder: Holder | null;
  /** Another one after each sign of life. */
  readonly mark: string;
}

async function look(file: string): Promise<Found | null> {
  try {
    const text = await readFile(file, 'utf8');
    const { mtimeMs, ino } = await stat(file);
    const parsed = holderSchema.safeParse(parseJson(text));
    return { holder: parsed.success ? parsed.data : null, mark: `${ino} ${mtimeMs} ${text}` };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A process of this boot and process space can be asked; of any other only its signs of life tell. */
function isDead(holder: Holder | null, stillMs: number, silentMs: number): boolean {
  const { boot, pidSpace } = thisComputer();
  if (holder !== null && boot !== null && holder.boot === boot && holder.pidSpace === pidSpace) return !isSameProcess(holder.pid, holder.startTime);
  return stillMs > silentMs;
}

/**
 * Removes a dead one's file. Of two who saw it dead, the slower one could remove the faster one's new file: so each does it only while
 * it has another lock, named after the dead one. That one's holder may die as well, and so on.
 */
async function bury(file: string, dead: Found, me: Holder, options: LockOptions): Promise<void> {
  const grave = `${file}.${createHash('sha256').update(dead.mark).digest('hex').slice(0, 12)}`;
  await claim(grave, me, { ...options, onWait: undefined });
  try {
    if ((await look(file))?.mark === dead.mark) await rm(file, { force: true });
  } finally {
    await rm(grave, { force: true });
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}
