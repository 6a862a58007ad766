import type { LabEvent } from '../core/events.ts';
import { type AppState, type PendingEffect, sharedOf, update } from './model/app.ts';
import type { Watch } from './model/effect.ts';
import type { Incoming, Message, ScreenId } from './model/message.ts';
import type { Stop, TuiPort } from './port.ts';
import { moduleOf } from './screens/registry.ts';

/** What the runtime needs of the terminal for programs that take it over, and for its clipboard. */
export interface TerminalControl {
  /** Leaves the screen, runs the work, comes back. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  copy(text: string): void;
}

export interface Runtime {
  readonly state: () => AppState;
  send(message: Message): void;
  readonly subscribe: (listener: () => void) => Stop;
  close(): void;
}

/** The longest that events wait to be shown together: at most this many frames a second. */
const frameMs = 1000 / 30;

/**
 * Holds the interface's state, carries out what its screens want, and brings back what comes of it. Keys are handled at once;
 * events that come fast are shown together, 30 times a second.
 */
export function startRuntime(start: { readonly app: AppState; readonly effects: readonly PendingEffect[] }, port: TuiPort, terminal: TerminalControl): Runtime {
  let app = start.app;
  const listeners = new Set<() => void>();
  const watching = new Map<string, Stop>();
  const queries = new Map<string, AbortController>();
  const waiting = new Map<ScreenId, LabEvent[]>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const apply = (message: Message): void => {
    const step = update(app, message);
    app = step.app;
    for (const pending of step.effects) carryOut(pending);
  };
  const send = (message: Message): void => {
    if (closed) return;
    apply(message);
    watch();
    notify();
  };
  const bring = (screen: ScreenId, incoming: Incoming): void => send({ type: 'to-screen', screen, incoming });

  const flush = (): void => {
    timer = null;
    if (closed) return;
    const batches = [...waiting];
    waiting.clear();
    for (const [screen, events] of batches) apply({ type: 'to-screen', screen, incoming: { type: 'events', events } });
    watch();
    notify();
  };
  const queue = (screen: ScreenId, events: readonly LabEvent[]): void => {
    const before = waiting.get(screen);
    if (before === undefined) waiting.set(screen, [...events]);
    else before.push(...events);
    timer ??= setTimeout(flush, frameMs);
  };

  const keyOf = (screen: ScreenId, watched: Watch): string => `${screen} ${watched.on} ${watched.on === 'run' ? watched.run : watched.session}`;
  const startWatch = (screen: ScreenId, watched: Watch): Stop => {
    if (watched.on === 'session') return port.watchSession(watched.session, (events) => queue(screen, events));
    return port.watchRun(watched.run, (events, ended) => {
      if (events.length > 0) queue(screen, events);
      if (ended === null) return;
      if (timer !== null) clearTimeout(timer);
      flush();
      bring(screen, { type: 'run-ended', ...ended });
    });
  };
  /** Watches what the open screens want, and nothing else. */
  function watch(): void {
    const wanted = new Map(
      app.screens.flatMap(({ id, state }) =>
        moduleOf(state)
          .watches(state, sharedOf(app))
          .map((watched) => [keyOf(id, watched), { id, watched }] as const),
      ),
    );
    for (const [key, stop] of watching) {
      if (wanted.has(key)) continue;
      stop();
      watching.delete(key);
    }
    for (const [key, { id, watched }] of wanted) if (!watching.has(key)) watching.set(key, startWatch(id, watched));
    for (const [key, controller] of queries) {
      if (app.screens.some(({ id }) => key.startsWith(`${id} `))) continue;
      controller.abort();
      queries.delete(key);
    }
  }

  const answer = (screen: ScreenId, tag: string, work: Promise<Incoming>): void => {
    work.then(
      (incoming) => bring(screen, incoming),
      (error: unknown) => bring(screen, { type: 'failed', tag, reason: error instanceof Error ? error.message : String(error) }),
    );
  };
  function carryOut({ screen, effect }: PendingEffect): void {
    switch (effect.do) {
      case 'query': {
        const { tag, args, json } = effect;
        const key = `${screen} ${tag}`;
        queries.get(key)?.abort();
        const controller = new AbortController();
        queries.set(key, controller);
        const work = port.query(args, { json, signal: controller.signal }).then((result): Incoming => ({ type: 'answered', tag, answer: result }));
        work.then(
          (incoming) => {
            if (queries.get(key) === controller) queries.delete(key);
            if (!controller.signal.aborted) bring(screen, incoming);
          },
          (error: unknown) => {
            if (!controller.signal.aborted) bring(screen, { type: 'failed', tag, reason: error instanceof Error ? error.message : String(error) });
          },
        );
        return;
      }
      case 'start':
        answer(screen, effect.tag, port.start(effect.args).then((started) => ({ type: 'started', tag: effect.tag, started })));
        return;
      case 'foreground':
        answer(screen, effect.tag, terminal.lend(() => port.foreground(effect.args)).then((exitCode) => ({ type: 'returned', tag: effect.tag, exitCode })));
        return;
      case 'edit':
        answer(screen, effect.tag, terminal.lend(() => port.edit(effect.path)).then((exitCode) => ({ type: 'returned', tag: effect.tag, exitCode })));
        return;
      case 'files':
        answer(screen, effect.tag, port.files(effect.session).then((files) => ({ type: 'files', tag: effect.tag, files })));
        return;
      case 'interrupt':
        answer(screen, 'interrupt', port.interrupt(effect.target).then((reached) => (reached ? { type: 'returned', tag: 'interrupt', exitCode: 0 } : { type: 'failed', tag: 'interrupt', reason: 'no labtui works on it now' })));
        return;
      case 'copy':
        terminal.copy(effect.text);
        return;
    }
  }

  const clock = setInterval(() => send({ type: 'tick', nowMs: port.nowMs() }), 1_000);
  const stopSessions = port.watchSessions((rows) => send({ type: 'sessions', rows }));
  for (const pending of start.effects) carryOut(pending);
  watch();
  return {
    state: () => app,
    send,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      closed = true;
      clearInterval(clock);
      if (timer !== null) clearTimeout(timer);
      stopSessions();
      for (const stop of watching.values()) stop();
      for (const controller of queries.values()) controller.abort();
    },
  };
}
