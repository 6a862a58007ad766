import type { DiagnosticEvent, FallbackEvent, Host, LabEvent, PlanEvent, Phase, ProtectionEvent, ReceiptEvent, ResultEvent } from '../../../core/events.ts';

/** One resource of a stack in this run. */
export interface ResourceProgress {
  readonly address: string;
  readonly action: string;
  readonly status: 'planned' | 'started' | 'progress' | 'complete' | 'errored';
  readonly id: string | null;
  /** When its work began, epoch milliseconds; null: not yet. */
  readonly startedMs: number | null;
  /** How long it took, once it is done; as Terraform counts, whole seconds. */
  readonly tookMs: number | null;
}

/** One stack in this run. */
export interface StackProgress {
  readonly id: string;
  readonly phase: Phase;
  readonly percent: number;
  readonly message: string;
  readonly phaseSinceMs: number;
  readonly plan: PlanEvent | null;
  /** By address, in the order in which they were heard of. */
  readonly resources: ReadonlyMap<string, ResourceProgress>;
  readonly hosts: ReadonlyMap<string, Host>;
}

/** A line of the log: what happened, when. */
export interface LogLine {
  readonly timeMs: number;
  readonly stack: string | null;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

/** A run, as its events tell it. Plain data, made by `reduceEvents` alone. */
export interface RunProgress {
  readonly session: string | null;
  readonly startedMs: number | null;
  readonly phase: Phase | null;
  readonly percent: number;
  readonly message: string;
  readonly stacks: ReadonlyMap<string, StackProgress>;
  readonly protection: ProtectionEvent | null;
  readonly fallbacks: readonly { readonly stack: string | null; readonly event: FallbackEvent }[];
  readonly diagnostics: readonly { readonly stack: string | null; readonly event: DiagnosticEvent }[];
  readonly receipt: ReceiptEvent | null;
  readonly result: ResultEvent | null;
  /** The newest lines. */
  readonly log: readonly LogLine[];
}

/** Lines of log that are kept. */
export const logLimit = 1_000;
const noticeLimit = 50;

export const noProgress: RunProgress = {
  session: null,
  startedMs: null,
  phase: null,
  percent: 0,
  message: '',
  stacks: new Map(),
  protection: null,
  fallbacks: [],
  diagnostics: [],
  receipt: null,
  result: null,
  log: [],
};

type Draft = { -readonly [Key in keyof RunProgress]: RunProgress[Key] };

/**
 * The run after these events too. A new run begins where an event follows a result: what was before is another run's. Cost grows
 * with the events and the size of the run, not with the events so far.
 */
export function reduceEvents(progress: RunProgress, events: readonly LabEvent[]): RunProgress {
  if (events.length === 0) return progress;
  let draft = draftOf(progress);
  for (const event of events) {
    if (draft.result !== null) draft = draftOf({ ...noProgress, session: draft.session });
    reduceOne(draft, event);
  }
  return { ...draft, log: draft.log.slice(-logLimit), diagnostics: draft.diagnostics.slice(-noticeLimit), fallbacks: draft.fallbacks.slice(-noticeLimit) };
}

/** Collections of its own, to be written to. */
function draftOf(progress: RunProgress): Draft {
  const stacks = [...progress.stacks.values()].map((stack) => [stack.id, { ...stack, resources: new Map(stack.resources), hosts: new Map(stack.hosts) }] as const);
  return { ...progress, stacks: new Map(stacks), log: [...progress.log], diagnostics: [...progress.diagnostics], fallbacks: [...progress.fallbacks] };
}

function reduceOne(draft: Draft, event: LabEvent): void {
  const timeMs = Date.parse(event.time);
  draft.session ??= event.session;
  draft.startedMs ??= timeMs;
  (draft.log as LogLine[]).push(...logLinesOf([event]));
  switch (event.type) {
    case 'phase':
      if (event.stack === null) {
        draft.phase = event.phase;
        draft.message = event.message;
      } else {
        const stack = stackIn(draft, event.stack, timeMs);
        const since = stack.phase === event.phase ? stack.phaseSinceMs : timeMs;
        put(draft, { ...stack, phase: event.phase, percent: event.percent, message: event.message, phaseSinceMs: since });
      }
      draft.percent = overall(draft, event.stack === null ? event.percent : 0);
      return;
    case 'plan':
      if (event.stack !== null) {
        const stack = stackIn(draft, event.stack, timeMs);
        const planned = event.resources.map(({ address, action }) => [address, { address, action, status: 'planned', id: null, startedMs: null, tookMs: null }] as const);
        put(draft, { ...stack, plan: event, resources: new Map([...planned, ...stack.resources]) });
      }
      return;
    case 'resource':
      if (event.stack !== null) {
        const stack = stackIn(draft, event.stack, timeMs);
        const before = stack.resources.get(event.address);
        const done = event.status === 'complete' || event.status === 'errored';
        const startedMs = event.status === 'started' ? timeMs : (before?.startedMs ?? timeMs - event.elapsedMs);
        (stack.resources as Map<string, ResourceProgress>).set(event.address, {
          address: event.address,
          action: event.action,
          status: event.status,
          id: event.id ?? before?.id ?? null,
          startedMs,
          tookMs: done ? event.elapsedMs : null,
        });
      }
      return;
    case 'host':
      if (event.stack !== null) (stackIn(draft, event.stack, timeMs).hosts as Map<string, Host>).set(event.name, event);
      return;
    case 'protection':
      draft.protection = event;
      return;
    case 'fallback':
      (draft.fallbacks as { stack: string | null; event: FallbackEvent }[]).push({ stack: event.stack, event });
      return;
    case 'diagnostic':
      (draft.diagnostics as { stack: string | null; event: DiagnosticEvent }[]).push({ stack: event.stack, event });
      return;
    case 'receipt':
      if (event.stack === null || draft.receipt === null) draft.receipt = event;
      return;
    case 'result':
      draft.result = event;
      draft.phase = event.phase;
      draft.percent = 100;
      return;
    case 'log':
      return;
  }
}

function stackIn(draft: Draft, id: string, timeMs: number): StackProgress {
  const known = draft.stacks.get(id);
  if (known !== undefined) return known;
  const made: StackProgress = { id, phase: draft.phase ?? 'validating', percent: 0, message: '', phaseSinceMs: timeMs, plan: null, resources: new Map(), hosts: new Map() };
  put(draft, made);
  return made;
}

function put(draft: Draft, stack: StackProgress): void {
  (draft.stacks as Map<string, StackProgress>).set(stack.id, stack);
}

/** Of several stacks, their mean; it never goes back. */
function overall({ stacks, percent }: RunProgress, own: number): number {
  const each = [...stacks.values()].map((stack) => stack.percent);
  const mean = each.length === 0 ? 0 : Math.round(each.reduce((sum, value) => sum + value, 0) / each.length);
  return Math.max(percent, own, mean);
}

/** The events as lines of a log; those that only repeat what is known have none. */
export function logLinesOf(events: readonly LabEvent[]): readonly LogLine[] {
  return events.flatMap((event) => {
    const line = logLineOf(event);
    return line === null ? [] : [{ timeMs: Date.parse(event.time), stack: event.stack, ...line }];
  });
}

function logLineOf(event: LabEvent): { readonly level: LogLine['level']; readonly text: string } | null {
  switch (event.type) {
    case 'log':
      return { level: event.level, text: event.message };
    case 'phase':
      return { level: 'info', text: `${event.phase}: ${event.message}` };
    case 'resource':
      return event.status === 'progress' ? null : { level: event.status === 'errored' ? 'error' : 'info', text: `${event.address} ${event.action} ${event.status}${event.id === null ? '' : ` ${event.id}`}` };
    case 'fallback':
      return { level: 'warn', text: `${event.from} to ${event.to}: ${event.reason}` };
    case 'diagnostic':
      return { level: event.severity === 'error' ? 'error' : 'warn', text: `${event.summary}${event.hint === null ? '' : `   try: ${event.hint}`}` };
    case 'host':
      return { level: 'info', text: `${event.name} ${event.stage ?? event.state}${event.reason === null ? '' : `: ${event.reason}`}` };
    case 'receipt':
      return { level: 'info', text: `${event.found} found, ${event.deleted} deleted, ${event.left.length} left` };
    case 'result':
      return { level: event.ok ? 'info' : 'error', text: event.ok ? 'done' : `ended with exit code ${event.exitCode}` };
    case 'plan':
      return { level: 'info', text: `plan: ${event.add} to create, ${event.change} to change, ${event.destroy} to destroy` };
    case 'protection':
      return null;
  }
}
