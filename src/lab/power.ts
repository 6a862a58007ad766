import { exitCodes, invalidInput, worstExitCode } from '../core/errors.ts';
import type { LabEvent, ResultEvent } from '../core/events.ts';
import { whyAsleep } from '../core/power.ts';
import type { SessionRecord } from '../core/session.ts';
import { stillBilled } from './cost-when-stopped.ts';
import { type MachineChoice, type MachineTarget, machineTargets, requireCapability } from './machine-targets.ts';
import { mendSession } from './mend-session.ts';
import { openApis } from './open-apis.ts';
import type { LabPorts } from './ports.ts';
import { leftAs, type PowerApi, powerStack, type PowerVerb } from './power-stack.ts';
import { updateProtection } from './protection-now.ts';
import { reportEnd, startRun } from './run.ts';
import { openBook, type SessionBook } from './session-book.ts';
import type { SessionWork } from './session-work.ts';
import { stackResults } from './stack-results.ts';

export interface PowerRequest extends MachineChoice {
  readonly verb: PowerVerb;
  /** Resolved. */
  readonly id: string;
  readonly archived: boolean;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
  /** Over the whole run; null: none. */
  readonly timeoutMs: number | null;
}

/** So long before its own deadline a guest is not started any more: it would come up only to go down. */
const leastMs = 60_000;

/**
 * Stops, starts or restarts a session's machines through their clouds, and follows their addresses: state, session.json and ssh/config
 * are those of now, and after a start the machines answer under the host keys that they had. Machines that are so already are left
 * alone. Never rejects for an expected failure, and never tears anything down. The result says what stopped machines still cost, and
 * which layers of the TTL hold.
 */
export async function powerSession(request: PowerRequest, ports: LabPorts): Promise<ResultEvent> {
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: request.timeoutMs });
  const { id, verb } = request;
  run.about(id);
  try {
    if (request.archived) throw invalidInput(`${id} is gone already`, 'labtui list   shows what is there');
    const lock = await ports.sessions.lock(id, verb, run.emit);
    try {
      const record = await ports.sessions.load(id);
      const targets = machineTargets(record, request);
      requireCapability(targets, 'stopStart', ports);
      if (verb !== 'stop') requireTimeLeft(record, targets, ports);
      run.recordTo(ports.sessions, id);
      for (const event of await mendSession(id, ports.sessions)) run.emit(event);
      const book = openBook(record, ports);
      await ports.rehearsal?.prepare(book.paths);
      await ports.terraform.version();
      return await powerAll(request, targets, { ports, run, book });
    } finally {
      await lock.release();
    }
  } catch (error) {
    const exitCode = reportEnd(error, run, ports, { moment: 'before-creation', sessionRoot: ports.sessions.paths(id).root });
    return run.result({ exitCode, phase: 'failed', hosts: [] });
  }
}

async function powerAll({ verb, id }: PowerRequest, targets: readonly MachineTarget[], context: SessionWork): Promise<ResultEvent> {
  const { run, book, ports } = context;
  const apis = await openApis(targets, ports, (api): api is PowerApi => api.setPower !== undefined, 'stop and start machines');
  try {
    if (verb !== 'start' && isSettled(book)) await book.enter('stopping');
    const codes = new Map(await Promise.all(apis.map(async ({ target, api }) => [target.stack.id, await powerStack(verb, target, api, context)] as const)));
    await settlePhase(book);
    await updateProtection(context);
    const exitCode = worstOf([...codes.values()]);
    if (run.signal.aborted && exitCode !== exitCodes.done) run.emit({ type: 'log', level: 'warn', message: leftAs(verb, id, context) });
    const { phase, stacks, protection } = book.record;
    const hosts = targets.flatMap(({ stack, hosts: meant }) => (stacks[stack.id]?.hosts ?? []).filter(({ name }) => meant.some((host) => host.name === name)));
    const off = targets.flatMap(({ stack }) => stillBilled(stack, stacks[stack.id]?.hosts ?? [], ports.cloud(stack.cloud).facts) ?? []);
    if (exitCode === exitCodes.done) run.phase(phase, 100, verb === 'stop' ? 'stopped' : hosts.map(({ name }) => name).join(' · '));
    return run.result({ exitCode, phase, hosts, stacks: stackResults(book.record, codes), protectedBy: protection.by, stillBilled: off });
  } finally {
    for (const { api } of apis) api.close();
  }
}

/** An interrupt has the last word: what it cut off is no failure of its own. */
function worstOf(codes: readonly number[]): number {
  const stopped = codes.find((code) => code === exitCodes.interrupted || code === exitCodes.terminated);
  return stopped ?? worstExitCode(codes);
}

/** Only a lab that stood is one that stands again: what a failed apply left stays failed. */
function isSettled({ record }: SessionBook): boolean {
  return record.phase === 'ready' || record.phase === 'stopping';
}

/**
 * `ready` only where every machine has answered. Before that it stays `stopping`, on disk, whatever phase is shown: a lab in it is left
 * alone by whoever sweeps up after runs that were cut off.
 */
export async function settlePhase(book: SessionBook): Promise<void> {
  if (!isSettled(book)) return;
  const hosts = Object.values(book.record.stacks).flatMap(({ goneAt, hosts: all }) => (goneAt === null ? all : [])).filter(({ instanceId }) => instanceId !== null);
  const isUp = hosts.every(({ state, stage }) => whyAsleep(state) === null && state !== 'pending' && stage === 'ready');
  const phase = isUp ? 'ready' : 'stopping';
  if (book.record.phase !== phase) await book.enter(phase);
}

/** Throws invalid-input where a guest's own deadline is past: its timer would end the machine as soon as it is up. */
function requireTimeLeft({ id, expiresAt, stacks }: SessionRecord, targets: readonly MachineTarget[], ports: LabPorts): void {
  for (const { stack } of targets) {
    if (stack.distro.init === 'none') continue;
    const guest = stacks[stack.id]?.guestDeadline;
    const at = guest === undefined ? expiresAt : guest.at;
    if (at === null || Date.parse(at) - ports.now().getTime() >= leastMs) continue;
    const { title, capabilities } = ports.cloud(stack.cloud).facts;
    const then = capabilities.shutdownDeletes ? `shut it down, and ${title} deletes a machine that its guest shuts down` : 'shut it down again';
    throw invalidInput(`the deadline of ${stack.id} is past (${at}): as soon as it is up, its own timer would ${then}`, `labtui destroy ${id}`);
  }
}
