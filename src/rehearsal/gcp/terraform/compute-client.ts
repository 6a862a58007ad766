import type { CloudCall } from '../../engine/call.ts';
import { CloudError, ConnectionLost } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import type { Pending } from '../model/pending.ts';
import { find, type Kind } from '../model/kept.ts';
import { isAttributes as isMap, text as textOf } from '../../../plugin/attributes.ts';
import { blocksOf } from './values.ts';
import { inWords, providerError, type Request, type Wording } from './errors.ts';

/** The real provider tries throttled calls and broken connections for a minute and more; this often is enough to tell a passing trouble from one that stays. */
const tries = 3;

const passes = (error: unknown): boolean =>
  (error instanceof ConnectionLost && !error.done) || (error instanceof CloudError && error.code === 'rateLimitExceeded');

/** Makes a call as the provider does, trying again where it does. Rejects with the cloud's own error. */
export async function perform<T>(context: ProviderContext, call: CloudCall, work: (tx: Transaction) => T): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await context.world.call(call, work);
    } catch (error) {
      if (attempt === tries || !passes(error)) throw error;
      await context.world.sleep(500 * 2 ** attempt, context.signal);
    }
  }
}

/** Makes a change and waits until its operation is done. Rejects with a ProviderError. */
export async function change(
  context: ProviderContext,
  call: CloudCall,
  work: (tx: Transaction) => Pending,
  told: { readonly wording: Wording; readonly request: Request; readonly timeoutMs: number },
): Promise<Pending> {
  let started: Pending;
  try {
    started = await perform(context, call, work);
  } catch (error) {
    throw inWords(error, told.wording, told.request);
  }
  await waitFor(context, started, told.wording, told.timeoutMs);
  return started;
}

const pollMs = 1_000;

/** Waits at the cloud's pace. A machine that never gets there ends in the provider's timeout. */
async function waitFor(context: ProviderContext, { target, durationMs, until }: Pending, wording: Wording, timeoutMs: number): Promise<void> {
  await context.world.sleep(durationMs);
  if (until === null) return;
  for (let waitedMs = durationMs; !(await context.world.read((view) => isOver(view, target, until))); waitedMs += pollMs) {
    if (context.signal.aborted) throw providerError(`${wording.waiting}: context canceled`);
    if (waitedMs >= timeoutMs) {
      throw providerError(`${wording.waiting}: timeout while waiting for state to become 'DONE' (last state: 'RUNNING', timeout: ${minutes(timeoutMs)})`);
    }
    await context.world.sleep(pollMs, context.signal).catch(() => undefined);
  }
}

function isOver(view: WorldView, target: SimResource, until: NonNullable<Pending['until']>): boolean {
  const now = find(view, 'instance', target.id);
  if (now === null || now.props.id !== target.props.id) return true;
  const state = now.machine?.state;
  if (until === 'started') return state !== 'pending';
  return until === 'stopped' && state !== 'stopping' && state !== 'running';
}

const minutes = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000}m0s` : `${Math.round(ms / 1000)}s`);

/** Reads a resource, as the provider does at the end of each change and at each refresh; null: it is gone. */
export async function readResource<T>(context: ProviderContext, call: CloudCall, kind: Kind, id: string, work: (tx: Transaction, resource: SimResource) => T): Promise<T | null> {
  return perform(context, call, (tx) => {
    const resource = find(tx, kind, id);
    return resource === null ? null : work(tx, resource);
  });
}

/** How long the provider waits, from the resource's `timeouts`. */
export function timeoutMs(attributes: Attributes, what: 'create' | 'update' | 'delete'): number {
  const { timeouts } = attributes;
  const block = isMap(timeouts) ? timeouts : blocksOf(attributes, 'timeouts')[0];
  const given = block === undefined ? null : textOf(block, what);
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(given ?? '20m');
  const ms = (Number(match?.[1] ?? 0) * 3600 + Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0)) * 1000;
  return ms > 0 ? ms : 1_200_000;
}
