import type { LabEvent } from '../core/events.ts';
import { type Call, called } from './call.ts';
import type { FinalEvent, LabRun, Sink } from './lab-run.ts';
import type { CallOptions } from './options.ts';

/** The events of work that says them to a sink; ends with what the work comes to. */
export function eventsOf<T>(options: CallOptions, work: (call: Call, sink: Sink) => Promise<T>): LabRun<T> {
  const stop = new AbortController();
  const events = taken(stop, (sink) => called(options, (call) => work(call, sink), { stop, run: true }));
  const [leave, fail] = [events.return.bind(events), events.throw.bind(events)];
  // While a `next` is under way, a generator would hear of this with the next event only.
  events.return = (value) => {
    stop.abort('SIGINT');
    return leave(value);
  };
  events.throw = (error) => {
    stop.abort('SIGINT');
    return fail(error);
  };
  return events;
}

async function* taken<T>(stop: AbortController, start: (sink: Sink) => Promise<T>): LabRun<T> {
  let waiting: LabEvent[] = [];
  let wake = (): void => undefined;
  const state = { ended: false };
  const working = start((event) => {
    waiting.push(event);
    wake();
  }).finally(() => {
    state.ended = true;
    wake();
  });
  // Its failure is that of the run, below; until then it is nobody's.
  working.catch(() => undefined);
  try {
    for (;;) {
      const come = waiting;
      waiting = [];
      for (const event of come) yield event;
      if (waiting.length > 0) continue;
      if (state.ended) return await working;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stop.abort('SIGINT');
    await working;
  }
}

/** A run whose value is its last event. */
export function runOf(options: CallOptions, work: (call: Call, sink: Sink) => Promise<unknown>): LabRun {
  return eventsOf(options, async (call, sink) => {
    const ends: FinalEvent[] = [];
    await work(call, (event) => {
      if (event.type === 'result') ends.push(event);
      sink(event);
    });
    const last = ends.at(-1);
    if (last === undefined) throw new Error('a run has ended without its result');
    return last;
  });
}
