import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/core/display-width.ts';
import type { LabEvent } from '../../../src/core/events.ts';
import { logLimit, noProgress, reduceEvents } from '../../../src/tui/screens/run/progress.ts';
import { runState } from '../../../src/tui/screens/run/state.ts';
import { summary } from '../facts.ts';
import { frameOf } from '../frame.tsx';
import { Story } from '../story.ts';
import { recording } from './recording.ts';

const applied = recording('apply');
const destroyed = recording('destroy');
const refused = recording('quota');
const session = applied.at(-1)?.session ?? '';
const args = ['apply', '--cloud', 'aws,gcp', '--distro', 'debian@12', '--rehearse'];

function running(events: readonly LabEvent[], size = { columns: 80, rows: 24 }): Story {
  const story = new Story(undefined, size).send({ type: 'sessions', rows: [summary({ name: 'rec', id: session, rehearsed: true })] });
  story.send({ type: 'tick', nowMs: Date.parse(events.at(-1)?.time ?? '') });
  // As the dashboard or the wizard opens it.
  story.app = new Story(runState('apply', args, { run: 'r1' }), size).send({ type: 'sessions', rows: story.app.sessions ?? [] }).send({ type: 'tick', nowMs: story.app.nowMs }).app;
  return story.receive({ type: 'events', events });
}

describe('the progress of a run', () => {
  it('is the same whether its events come one by one or all at once', () => {
    let progress = noProgress;
    for (const event of applied) progress = reduceEvents(progress, [event]);
    expect(progress).toEqual(reduceEvents(noProgress, applied));
    expect(progress.stacks.get('aws')?.resources.get('aws_vpc.vpc')).toMatchObject({ status: 'complete', id: expect.stringMatching(/^vpc-/) as string });
    expect([...progress.stacks.keys()].toSorted()).toEqual(['aws', 'gcp']);
    expect(progress).toMatchObject({ session, percent: 100, phase: 'ready', result: { ok: true } });
  });

  it('never changes a state that it was given', () => {
    const before = reduceEvents(noProgress, applied.slice(0, 20));
    const copy = structuredClone(before);
    reduceEvents(before, applied.slice(20));
    expect(before).toEqual(copy);
  });

  it('begins anew with the run after a result', () => {
    const progress = reduceEvents(reduceEvents(noProgress, applied), destroyed);
    expect(progress).toMatchObject({ phase: 'destroyed', receipt: { left: [] }, diagnostics: [] });
    expect(progress.protection).toBeNull();
  });

  it('never goes back, and keeps a bounded log', () => {
    let percent = 0;
    let progress = noProgress;
    for (const event of applied) {
      progress = reduceEvents(progress, [event]);
      expect(progress.percent).toBeGreaterThanOrEqual(percent);
      percent = progress.percent;
    }
    const line: LabEvent = { v: 1, time: '2026-11-21T12:00:00Z', session, stack: 'aws', type: 'log', level: 'info', message: 'again' };
    expect(reduceEvents(noProgress, Array.from({ length: 5 * logLimit }, () => line)).log).toHaveLength(logLimit);
  });
});

describe('the screen of a run', () => {
  it('shows each stack with what is at work', () => {
    const half = applied.findIndex(({ type, stack }) => type === 'resource' && stack === 'aws') + 6;
    const text = frameOf(running(applied.slice(0, half)).app).join('\n');
    expect(text).toMatch(/◐ aws +applying/);
    expect(text).toMatch(/◐ gcp +applying/);
    expect(text).toMatch(/◐ applying/);
    expect(text).toMatch(/◐ google_compute_network.network {2}creating/);
    expect(text).toContain('2 of 9 done');
    expect(text).toContain('c cancel');
    expect(text).toContain('labtui apply --cloud aws,gcp --distro debian@12 --rehearse');
  });

  it('ends with the way into the machine', () => {
    const story = running(applied);
    const text = frameOf(story.app).join('\n');
    expect(text).toContain('ready in');
    expect(text).toMatch(/rec-aws +ssh /);
    story.press('s');
    expect(story.app.overlay).toMatchObject({ open: { dialog: { title: 'Which machine?' } } });
    story.press('1');
    expect(story.last).toMatchObject({ do: 'foreground', args: ['ssh', session, '--host', expect.stringMatching(/^rec-/) as string] });
  });

  it('ends with what went wrong and what to do', () => {
    const text = frameOf(running(refused).app).join('\n');
    expect(text).toContain('✗');
    expect(text).toContain('try:');
    expect(text).toMatch(/ended with exit code 5/);
  });

  it('asks once what to do with what exists, and destroys after the run has stopped', () => {
    const half = running(applied.slice(0, 30)).press('c');
    expect(half.app.overlay).toMatchObject({ open: { dialog: { title: 'Stop apply?', choices: [{ id: 'go-on' }, { id: 'stop' }, { id: 'stop-destroy' }] } } });
    const before = half.effects.length;
    half.press('d');
    expect(half.effects.slice(before).map(({ effect }) => effect)).toEqual([{ do: 'interrupt', target: { run: 'r1' } }]);
    expect(half.refusal('c')).toMatch(/stopping/);
    half.receive({ type: 'run-ended', exitCode: 130, stderr: '' });
    expect(half.last).toEqual({ do: 'start', tag: 'destroy', args: ['destroy', session, '--auto-approve'] });
    const kept = running(applied.slice(0, 30)).press('c', 'n');
    expect(kept.effects.some(({ effect }) => effect.do === 'interrupt')).toBe(false);
  });

  it('goes on in the background when it is left', () => {
    const story = running(applied.slice(0, 30)).press('m');
    expect(story.app.said?.text).toBe('the run goes on in the background');
    expect(story.effects.some(({ effect }) => effect.do === 'interrupt')).toBe(false);
  });

  it('says what a run said that came to no event', () => {
    const story = running(applied.slice(0, 1)).receive({ type: 'run-ended', exitCode: 2, stderr: 'error: unknown option --foo\n' });
    const text = frameOf(story.app).join('\n');
    expect(text).toContain('unknown option --foo');
    expect(text).toContain('exit code 2');
  });

  it('shows the receipt of a destroy', () => {
    expect(frameOf(running(destroyed).app).join('\n')).toMatch(/gone in .* 13 found, 13 deleted, 0 left {3}verified by state and listing/);
  });

  it.each([
    { columns: 60, rows: 16 },
    { columns: 80, rows: 24 },
    { columns: 160, rows: 50 },
  ])('fits $columns x $rows at every moment', (size) => {
    for (const events of [applied, destroyed, refused]) {
      for (let count = 1; count <= events.length; count += 5) {
        const story = running(events.slice(0, count), size);
        for (const keys of [[], ['l'], ['g'], ['?']]) {
          const frame = frameOf(story.press(...keys).app);
          expect(frame.length).toBeLessThanOrEqual(size.rows);
          for (const line of frame) expect(displayWidth(line)).toBeLessThanOrEqual(size.columns);
        }
      }
    }
  });
});
