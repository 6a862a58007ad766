import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import type { LabEvent } from '../../src/core/events.ts';
import { eventsOf, runOf } from '../../src/library/events-of.ts';
import { resultEvent } from '../../src/library/result-event.ts';

const options = { environment: { HOME: '/nonexistent' }, cwd: '/nonexistent' };
const context = { environment: {}, version: '0' };
const log = (message: string): LabEvent => ({ v: 1, time: '2026-11-21T10:00:00Z', session: 's', stack: null, type: 'log', level: 'info', message });
const aborted = (signal: AbortSignal): Promise<void> => new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));

/** Its own messages, until it is left. */
async function messages(run: AsyncIterable<LabEvent>): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const event of run) if (event.type === 'log') seen.push(event.message);
  return seen;
}

describe('the events of a run', () => {
  it('come each once and in order to whoever takes them slowly, all of them before the end', async () => {
    const run = eventsOf(options, async (_, sink) => {
      for (let index = 0; index < 50; index += 1) {
        sink(log(String(index)));
        if (index % 10 === 0) await sleep(1);
      }
      return 'over';
    });
    const seen: string[] = [];
    for (;;) {
      const { done, value } = await run.next();
      if (done === true) {
        expect(value).toBe('over');
        break;
      }
      if (value.type === 'log') seen.push(value.message);
      await sleep(1);
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => String(index)));
    expect(await run.next()).toEqual({ done: true, value: undefined });
  });

  it('do not begin before they are asked for', async () => {
    let begun = false;
    const run = eventsOf(options, () => Promise.resolve((begun = true)));
    await sleep(5);
    expect(begun).toBe(false);
    expect(await run.return(false)).toEqual({ done: true, value: false });
    expect(begun).toBe(false);
  });

  it('are left when the work, interrupted, has come to its end', async () => {
    const steps: string[] = [];
    const run = eventsOf(options, async ({ context: { signal } }, sink) => {
      sink(log('first'));
      await aborted(signal);
      steps.push(String(signal.reason));
      await sleep(20);
      sink(log('of nobody any more'));
      steps.push('ended');
    });
    for await (const event of run) {
      expect(event).toMatchObject({ message: 'first' });
      break;
    }
    expect(steps).toEqual(['SIGINT', 'ended']);
  });

  it('are left at once, also while the next one is waited for', async () => {
    const run = eventsOf(options, async ({ context: { signal } }) => {
      await aborted(signal);
      return 'ended';
    });
    const next = run.next();
    // Nothing will come by itself.
    const left = run.return('left');
    expect(await next).toEqual({ done: true, value: 'ended' });
    expect(await left).toEqual({ done: true, value: 'left' });
  });

  it('hear of the signal by its name, and give all that the interrupted work still says', async () => {
    for (const [reason, name] of [['SIGTERM', 'SIGTERM'], [undefined, 'SIGINT']] as const) {
      const controller = new AbortController();
      const run = eventsOf({ ...options, signal: controller.signal }, async ({ context: { signal } }, sink) => {
        sink(log('first'));
        await aborted(signal);
        sink(log(String(signal.reason)));
      });
      const seen: string[] = [];
      for await (const event of run) {
        if (event.type === 'log') seen.push(event.message);
        controller.abort(reason);
      }
      expect(seen).toEqual(['first', name]);
    }
  });

  it('are interrupted from the start where the signal had come before', async () => {
    const run = eventsOf({ ...options, signal: AbortSignal.abort() }, ({ context: { signal } }, sink) => {
      sink(log(String(signal.aborted)));
      return Promise.resolve();
    });
    expect(await messages(run)).toEqual(['true']);
  });

  it('end with the failure of the work, after what it had said; a LabError then has its exit code', async () => {
    const seen: string[] = [];
    const run = eventsOf(options, (_, sink): Promise<void> => {
      sink(log('first'));
      return Promise.reject(new LabError({ kind: 'credentials', summary: 'no credentials', hint: 'aws login' }));
    });
    const failure = (async () => {
      for await (const event of run) if (event.type === 'log') seen.push(event.message);
    })();
    await expect(failure).rejects.toMatchObject({ name: 'LabError', kind: 'credentials', summary: 'no credentials', hint: 'aws login', exitCode: 4 });
    expect(seen).toEqual(['first']);
  });

  it('of a run end with its result, which is its value; a run without one is a bug', async () => {
    const result = resultEvent(context, 0, 'ready');
    const run = runOf(options, (_, sink) => {
      sink(log('first'));
      sink(result);
      return Promise.resolve();
    });
    expect(await run.next()).toMatchObject({ done: false, value: { message: 'first' } });
    expect(await run.next()).toEqual({ done: false, value: result });
    expect(await run.next()).toEqual({ done: true, value: result });
    await expect(runOf(options, () => Promise.resolve()).next()).rejects.toThrow('without its result');
  });
});
