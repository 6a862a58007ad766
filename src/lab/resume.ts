import { invalidInput, LabError } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import { isOff } from '../core/power.ts';
import type { SessionRecord } from '../core/session.ts';
import { orStopped } from './or-stopped.ts';
import { describeLab, type LabRequest } from './describe-lab.ts';
import type { OpenChoices } from './fall-through.ts';
import type { RefusedStack } from './look-up.ts';
import type { LabPorts, SessionLock } from './ports.ts';
import { mendSession } from './mend-session.ts';
import { prepareSession } from './prepare-session.ts';
import type { Run } from './run.ts';
import { openBook, type SessionBook } from './session-book.ts';
import { settleRewriting } from './unfinished-replacement.ts';

export interface Resumed {
  readonly book: SessionBook;
  readonly stacks: readonly PinnedStack[];
  readonly refused: readonly RefusedStack[];
  /** null: it goes on as it is written, and somebody may have written in it. */
  readonly choices: Omit<OpenChoices, 'priceApproved'> | null;
  readonly lock: SessionLock;
  readonly undo: 'archive' | 'keep';
}

/**
 * Goes on with a session: as it was written where nothing is changed; planned and looked up anew, under the same
 * id, where flags change it or where it had been torn down. A change is refused while something of it exists.
 */
export async function resumeSession(
  reference: string,
  replan: LabRequest | null,
  ports: LabPorts,
  run: Run,
): Promise<Resumed> {
  const { id, archived } = await ports.sessions.resolve(reference, { archived: true });
  run.about(id);
  run.phase('validating', 2, `going on with ${id}`);
  if (archived) await ports.sessions.unarchive(id);
  const lock = await ports.sessions.lock(id, 'apply', run.emit);
  try {
    const record = await ports.sessions.load(id);
    const untouched = Object.values(record.stacks).every(
      ({ applyStartedAt, goneAt }) => applyStartedAt === null || goneAt !== null,
    );
    refuseStopped(record);
    const expired = record.expiresAt !== null && Date.parse(record.expiresAt) <= ports.now().getTime();
    if (replan === null && !archived && !expired) {
      run.recordTo(ports.sessions, id);
      for (const event of await mendSession(id, ports.sessions)) run.emit(event);
      await ports.rehearsal?.prepare(ports.sessions.paths(id));
      await ports.terraform.version();
      const book = openBook(record, ports);
      await settleRewriting(record, { ports, run, book });
      const stacks = Object.values(book.record.stacks).map(({ plan }) => plan);
      return { book, stacks, refused: [], choices: null, lock, undo: 'keep' };
    }
    if (!untouched) {
      throw new LabError({
        kind: 'conflict',
        summary: expired
          ? `${id} has passed its deadline (${record.expiresAt}) and still has resources`
          : `${id} has resources; it cannot be planned anew while they exist`,
        hint: `labtui destroy ${id}   first${expired ? '' : `, or go on without changes: labtui apply --session ${id}`}`,
        detail: ports.sessions.paths(id).root,
      });
    }
    const request = replan ?? { profile: record.profile, userData: record.userData, maxHourly: null, requireProtection: false };
    const { plan, plans, stacks, refused, key } = await orStopped(describeLab(request, ports, run, { id, name: record.name }), run);
    const { book, rewrite } = await prepareSession({ plan, profile: request.profile, stacks, key, ports, run, existing: true });
    const choices = { plan, plans, rewrite, maxHourly: request.maxHourly };
    return { book, stacks, refused, choices, lock, undo: archived ? 'archive' : 'keep' };
  } catch (error) {
    run.stopRecording();
    await lock.release();
    if (archived) await ports.sessions.archive(id);
    throw error;
  }
}

/** An apply would wait in vain for a machine that is off, and then clean up after its own failure. */
function refuseStopped({ id, stacks }: SessionRecord): void {
  const off = Object.values(stacks).flatMap(({ goneAt, hosts }) => (goneAt === null ? hosts.filter(({ state }) => isOff(state)) : []));
  const [first] = off;
  if (first === undefined) return;
  throw invalidInput(`${first.name} is stopped${off.length > 1 ? `, and ${off.length - 1} more of ${id}` : ''}`, `labtui start ${id}`);
}
