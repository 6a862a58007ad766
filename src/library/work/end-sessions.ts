import { exitCodes, LabError, worstExitCode } from '../../core/errors.ts';
import type { SessionRecord, SessionSummary } from '../../core/session.ts';
import { withLimit } from '../../core/with-limit.ts';
import { destroySession } from '../../lab/destroy.ts';
import type { LabPorts } from '../../lab/ports.ts';
import type { Call } from '../call.ts';
import type { LabContext } from '../context.ts';
import type { Sink } from '../lab-run.ts';
import type { CleanupOptions, DestroyOptions } from '../options.ts';
import { usualParallelism } from '../parallelism.ts';
import { isRehearsed, requireRehearsed, withPorts } from '../rehearsal/with-ports.ts';
import { resultEvent } from '../result-event.ts';
import { openSessions } from '../sessions.ts';
import { wrongUsage } from '../wrong-usage.ts';
import { ageOf, approval, timeoutOf } from './run-options.ts';

type Target = Readonly<{ id: string; archived: boolean; rehearsed: boolean }>;

/** Asks once for all, then ends them, several at once. Of several the last event is the result of all. */
export async function endSessions({ context, settings }: Call, references: readonly string[], options: DestroyOptions, sink: Sink): Promise<void> {
  const startedMs = Date.now();
  const targets = await targetsOf(context, references, options);
  const timeoutMs = timeoutOf(options, settings);
  const approve = approval(options.approve);
  const live = targets.filter(({ archived }) => !archived);
  if (live.length > 0 && options.approve !== undefined && !(await approve({ about: 'destroy', sessions: await recordsOf(live, context) }))) {
    sink(resultEvent(context, exitCodes.notApproved, 'failed', Date.now() - startedMs));
    return;
  }
  const codes = await withBothPorts(context, targets, { options, approve }, (portsOf) =>
    withLimit(targets, options.parallelism ?? settings.parallelism ?? usualParallelism(), async ({ id, archived, rehearsed }) => {
      if (context.signal.aborted) return null;
      const request = { id, archived, sink, signal: context.signal, timeoutMs, withoutTerraform: options.withoutTerraform === true };
      return (await destroySession(request, portsOf(rehearsed))).exitCode;
    }),
  );
  const exitCode = exitCodeOf(codes, context);
  if (targets.length !== 1 || codes[0] === null) sink(resultEvent(context, exitCode, exitCode === exitCodes.done ? 'destroyed' : 'failed', Date.now() - startedMs));
}

/** The sessions of the directory that a cleanup is to end, by their ids. Throws wrong usage for what is no duration. */
export async function sessionsToEnd({ context }: Pick<Call, 'context'>, { expired, olderThan, rehearse }: CleanupOptions): Promise<readonly SessionSummary[]> {
  const chosen = selector(expired === true, olderThan, Date.now());
  const live = await openSessions(context).list({ archived: false });
  return live.filter(chosen).filter(({ rehearsed }) => rehearsed || rehearse !== true);
}

function selector(expired: boolean, olderThan: string | undefined, nowMs: number): (session: SessionSummary) => boolean {
  if (expired && olderThan !== undefined) throw wrongUsage('--expired and --older-than exclude one another');
  if (expired) return ({ expiresAt }) => expiresAt !== null && Date.parse(expiresAt) <= nowMs;
  if (olderThan === undefined) return () => true;
  const ageMs = ageOf(olderThan);
  return ({ createdAt }) => Date.parse(createdAt) <= nowMs - ageMs;
}

/** null: not begun before the user stopped. */
function exitCodeOf(codes: readonly (number | null)[], { signal }: LabContext): number {
  const stopped = codes.find((code) => code === exitCodes.interrupted || code === exitCodes.terminated);
  if (stopped != null) return stopped;
  if (codes.includes(null)) return signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
  return worstExitCode(codes.flatMap((code) => code ?? []));
}

async function targetsOf(context: LabContext, references: readonly string[], options: DestroyOptions): Promise<readonly Target[]> {
  const store = openSessions(context);
  const targets = new Map<string, Target>();
  for (const reference of references) {
    const { id, archived } = await store.resolve(reference, { archived: true });
    const rehearsed = await isRehearsed(store, id);
    if (!archived) requireRehearsed(id, rehearsed, options);
    targets.set(id, { id, archived, rehearsed });
  }
  return [...targets.values()];
}

async function recordsOf(targets: readonly Target[], context: LabContext): Promise<readonly SessionRecord[]> {
  const store = openSessions(context);
  const records: SessionRecord[] = [];
  for (const { id } of targets) {
    // One that cannot be read is reported when its turn comes.
    const record = await store.load(id).catch(() => null);
    if (record !== null) records.push(record);
  }
  return records;
}

interface Wanted {
  readonly options: DestroyOptions;
  readonly approve: LabPorts['approve'];
}

/** The ports of real clouds and those of simulated ones, each opened once and only where a target wants them. */
async function withBothPorts<T>(context: LabContext, targets: readonly Target[], { options, approve }: Wanted, work: (portsOf: (rehearsed: boolean) => LabPorts) => Promise<T>): Promise<T> {
  const open = (kinds: readonly boolean[], opened: ReadonlyMap<boolean, LabPorts>): Promise<T> => {
    const [rehearsed, ...others] = kinds;
    if (rehearsed === undefined) {
      return work((kind) => {
        const ports = opened.get(kind);
        if (ports === undefined) throw new LabError({ kind: 'internal', summary: 'these ports were not opened' });
        return ports;
      });
    }
    return withPorts(context, { rehearsed, options: { fault: options.faults }, approve }, (ports) => open(others, new Map([...opened, [rehearsed, ports]])));
  };
  return open([...new Set(targets.map((target) => target.rehearsed))], new Map());
}
