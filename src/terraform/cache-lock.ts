import { readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { LabError } from '../core/errors.ts';
import type { TerraformMessage } from '../core/terraform.ts';
import { claimFile } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';
import { parseJson } from '../platform/parse-json.ts';
import { isAlive, type ProcessIdentity, processIdentitySchema, thisProcess } from './process-identity.ts';
import { writeFileAtomically } from './work-folder.ts';

const contentSchema = z.object({
  host: z.string(),
  /** Held while any of them lives: labtui, and the Terraform it started, which may outlive it. */
  holders: z.array(processIdentitySchema).min(1),
});

export interface CacheLock {
  /** Names one more process that must end before anybody else may take the lock. */
  addHolder(holder: ProcessIdentity): Promise<void>;
  release(): Promise<void>;
}

export interface CacheLockOptions {
  /** Aborting it gives up waiting. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: TerraformMessage) => void;
  /** @default 10 minutes */
  readonly limitMs?: number | undefined;
}

const pollMs = 100;
const quietMs = 2_000;
/** Longest a file may stay half-written, or a takeover may last, before it counts as left behind. */
const graceMs = 10_000;
/** A holder on another computer cannot be asked whether it lives. */
const foreignMs = 10 * 60_000;

/**
 * The lock around `terraform init`: its provider cache is not safe for parallel use (hashicorp/terraform#31964). A file
 * made with O_EXCL that names its holder and ends with it. Returns null when the wait was aborted; rejects with kind
 * conflict after the limit.
 */
export async function acquireCacheLock(file: string, options: CacheLockOptions): Promise<CacheLock | null> {
  const self = thisProcess();
  const limitMs = options.limitMs ?? 10 * 60_000;
  const startedAt = performance.now();
  for (let told = false; !(await claimFile(file, contentOf([self]))); ) {
    if (options.signal.aborted) return null;
    const state = await inspect(file);
    if (state.held) {
      const waitedMs = performance.now() - startedAt;
      if (waitedMs > limitMs) throw heldTooLong(file, state.by, limitMs);
      if (!told && waitedMs > quietMs) {
        told = true;
        options.onMessage({ kind: 'log', level: 'info', message: `waiting for another terraform init (${state.by}): the provider cache takes one at a time` });
      }
      await sleep(pollMs);
    } else {
      await removeStale(file);
    }
  }
  return {
    addHolder: (holder) => writeFileAtomically(file, contentOf([self, holder])),
    release: () => rm(file, { force: true }),
  };
}

function contentOf(holders: readonly ProcessIdentity[]): string {
  return `${JSON.stringify({ host: hostname(), holders })}\n`;
}

type LockState = { readonly held: true; readonly by: string } | { readonly held: false };

async function inspect(file: string): Promise<LockState> {
  try {
    const ageMs = Date.now() - (await stat(file)).mtimeMs;
    const content = contentSchema.safeParse(parseJson(await readFile(file, 'utf8')));
    if (!content.success) return ageMs < graceMs ? { held: true, by: 'just starting' } : { held: false };
    const { host, holders } = content.data;
    if (host !== hostname()) return ageMs < foreignMs ? { held: true, by: `on ${host}` } : { held: false };
    for (const holder of holders) if (isAlive(holder)) return { held: true, by: `process ${holder.pid}` };
    return { held: false };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { held: false };
    throw error;
  }
}

/**
 * Takes a dead holder's file away. Two who saw the same dead holder must not both do it, the second would remove the
 * first one's new lock: so it happens under a short lock of its own, after a second look.
 */
async function removeStale(file: string): Promise<void> {
  const takeover = `${file}.takeover`;
  if (!(await claimFile(takeover, contentOf([thisProcess()])))) {
    const age = await stat(takeover).then(({ mtimeMs }) => Date.now() - mtimeMs, () => 0);
    if (age > graceMs) await rm(takeover, { force: true });
    await sleep(pollMs);
    return;
  }
  try {
    if (!(await inspect(file)).held) await rm(file, { force: true });
  } finally {
    await rm(takeover, { force: true });
  }
}

function heldTooLong(file: string, by: string, limitMs: number): LabError {
  return new LabError({
    kind: 'conflict',
    summary: `Another terraform init has held the provider cache for ${Math.round(limitMs / 60_000)} minutes (${by})`,
    hint: `See what it waits for; when nothing runs any more, remove the lock: rm ${file}`,
    retryable: true,
  });
}
