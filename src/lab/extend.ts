import { formatDuration } from '../core/duration.ts';
import { exitCodes, invalidInput } from '../core/errors.ts';
import type { LabEvent, LayerDeadline, ResultEvent } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { deadlineOf } from '../core/protection.ts';
import type { SessionRecord } from '../core/session.ts';
import { tagKeys } from '../core/tags.ts';
import { extendStack, type ExtendedStack } from './extend-stack.ts';
import type { LabPorts } from './ports.ts';
import { updateProtection } from './protection-now.ts';
import { diagnosticOf, reportEnd, startRun, stoppedExitCode } from './run.ts';
import { openBook, type SessionBook } from './session-book.ts';
import type { SessionWork } from './session-work.ts';
import { settleRewriting } from './unfinished-replacement.ts';

export interface ExtendRequest {
  /** Resolved. */
  readonly id: string;
  readonly archived: boolean;
  /** How much later than the present deadline, or than now where that is past; or when. */
  readonly to: { readonly byMs: number } | { readonly until: Date };
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
  /** Over the whole run; null: none. */
  readonly timeoutMs: number | null;
}

/** The longest that a lab lives, as with a profile's `ttl` (contract §4). */
const longestMs = 30 * 24 * 3_600_000;
/** Nearer than that the layers would race each other. */
const leastMs = 60_000;

/**
 * Moves a session's deadline on its running machines: tags and the cloud's own deadline by Terraform, in place or not at all, then the
 * guests' timers over SSH, each read back. Never rejects for an expected failure: the result says when each layer acts now. Exit 5 where
 * one stayed that could have moved, 3 where nothing can move.
 */
export async function extendSession(request: ExtendRequest, ports: LabPorts): Promise<ResultEvent> {
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: request.timeoutMs });
  run.about(request.id);
  try {
    if (request.archived) throw invalidInput(`${request.id} is gone already`, 'labtui list   shows what is there');
    const lock = await ports.sessions.lock(request.id, 'extend', run.emit);
    try {
      const record = await ports.sessions.load(request.id);
      const until = newDeadline(record, request.to, ports.now());
      const stacks = movable(record, ports);
      run.recordTo(ports.sessions, request.id);
      const book = openBook(record, ports);
      await ports.rehearsal?.prepare(book.paths);
      await settleRewriting(record, { ports, run, book });
      return await extendAll(stacks, until, { ports, run, book });
    } finally {
      await lock.release();
    }
  } catch (error) {
    const exitCode = reportEnd(error, run, ports, { moment: 'before-creation', sessionRoot: ports.sessions.paths(request.id).root });
    return run.result({ exitCode, phase: 'failed', hosts: [] });
  }
}

async function extendAll(stacks: readonly PinnedStack[], until: string, context: SessionWork): Promise<ResultEvent> {
  const { ports, run, book } = context;
  const from = book.record.expiresAt ?? until;
  run.phase('applying', 10, `the deadline moves from ${from} to ${until}, in ${formatDuration(Date.parse(until) - ports.now().getTime())}`);
  const outcomes = await Promise.all(stacks.map((stack) => extendStack(stack, { from, until }, context)));
  // What sweepers read has moved: from now on this is the session's own deadline, whatever else stayed.
  if (outcomes.some(({ isMoved }) => isMoved)) {
    await book.update((record) => ({ ...record, expiresAt: until, tags: { ...record.tags, [tagKeys.expires]: until } }));
  }
  for (const outcome of outcomes) await keep(outcome, book);
  await updateProtection(context);
  const layers = outcomes.flatMap(({ deadlines }) => deadlines);
  for (const layer of layers.filter(({ moved }) => !moved)) run.emit(stayed(layer, outcomes), layer.stack);
  const { expiresAt, phase, protection } = book.record;
  const failed = outcomes.some(({ isWhole }) => !isWhole);
  const exitCode = run.signal.aborted && failed ? stoppedExitCode(run) : failed ? exitCodes.failed : exitCodes.done;
  run.phase(phase, 100, `${book.record.id} ends at ${expiresAt ?? 'no time'}`);
  return run.result({ exitCode, phase, hosts: [], protectedBy: protection.by, deadlines: layers });
}

async function keep({ id, cloudDeadline, guestDeadline }: ExtendedStack, book: SessionBook): Promise<void> {
  await book.updateStack(id, (record) => ({
    ...record,
    ...(cloudDeadline === undefined ? {} : { plan: { ...record.plan, cloudDeadline } }),
    ...(guestDeadline === undefined ? {} : { guestDeadline }),
  }));
}

function stayed({ stack, layer, at, reason }: LayerDeadline, outcomes: readonly ExtendedStack[]) {
  const couldMove = outcomes.some(({ id, fixed }) => id === stack && !fixed.includes(layer));
  const what = { guest: "the guest's own timer", cloud: "the cloud's own deadline", tags: 'the tags that sweepers read' }[layer];
  return diagnosticOf(
    {
      kind: couldMove ? 'conflict' : 'prerequisite',
      summary: `${what} stays${at === null ? '' : ` at ${at}`}: ${reason ?? 'nobody knows why'}`,
      hint: couldMove ? 'labtui extend SESSION 5m   tries it again, that much later' : undefined,
    },
    couldMove ? 'error' : 'warning',
  );
}

/** ISO time. Throws invalid-input for what is no deadline of this session. */
function newDeadline({ id, createdAt, expiresAt }: SessionRecord, to: ExtendRequest['to'], now: Date): string {
  if (expiresAt === null) {
    throw invalidInput(`${id} has no TTL, so there is nothing to extend: it runs until somebody destroys it`, `labtui destroy ${id}   when you are done`);
  }
  const presentMs = Date.parse(expiresAt);
  const untilMs = 'until' in to ? to.until.getTime() : Math.max(presentMs, now.getTime()) + to.byMs;
  const until = new Date(untilMs).toISOString();
  if (untilMs <= presentMs && presentMs > now.getTime()) {
    throw invalidInput(`${until} is not later than the present deadline of ${id}, ${expiresAt}`, `a later one; to end it now: labtui destroy ${id}`);
  }
  if (untilMs < now.getTime() + leastMs) throw invalidInput(`${until} is past, or less than a minute away`, 'a later one');
  const latest = new Date(Date.parse(createdAt) + longestMs).toISOString();
  if (untilMs > Date.parse(latest)) throw invalidInput(`a lab lives 30 days at most: ${id} was made at ${createdAt}, so ${latest} is its latest end`, `labtui extend ${id} --until ${latest}`);
  return until;
}

/** The stacks that stand. Throws invalid-input where there is none, or where the cloud ends all of them at the old time whatever is done. */
function movable(record: SessionRecord, { cloud }: Pick<LabPorts, 'cloud'>): readonly PinnedStack[] {
  const { id, expiresAt } = record;
  const stacks = Object.values(record.stacks).flatMap(({ plan, applyStartedAt, goneAt }) => (applyStartedAt === null || goneAt !== null ? [] : [plan]));
  if (stacks.length === 0) throw invalidInput(`${id} has no machines yet`, `labtui apply --session ${id}`);
  const factsOf = (of: string) => cloud(of).facts;
  const fixed = stacks.filter((stack) => factsOf(stack.cloud).capabilities.deadlineMoves === false && deadlineOf(stack, factsOf).state !== 'missing');
  if (fixed.length < stacks.length) return stacks;
  const titles = [...new Set(fixed.map((stack) => factsOf(stack.cloud).title))].join(', ');
  throw invalidInput(
    `${titles} deletes the machines of ${id} at ${expiresAt ?? 'its deadline'} itself, and changes that time only while a machine is stopped`,
    'save what you need, and make a new lab with a longer --ttl',
  );
}
