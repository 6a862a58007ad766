import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/core/display-width.ts';
import type { Host, LabEvent } from '../../../src/core/events.ts';
import { sessionState } from '../../../src/tui/screens/session/state.ts';
import { facts, summary } from '../facts.ts';
import { frameOf } from '../frame.tsx';
import { recording } from '../run/recording.ts';
import { Story } from '../story.ts';

const applied = recording('apply');
const session = applied.at(-1)?.session ?? '';
const hosts = applied.flatMap((event) => (event.type === 'host' && event.stage === 'ready' ? [event as Host] : []));
const inventory = [
  { stack: 'aws', address: 'aws_instance.vm', type: 'aws_instance', id: 'i-0123', name: 'rec' },
  { stack: 'aws', address: 'aws_vpc.vpc', type: 'aws_vpc', id: 'vpc-0123', name: 'rec' },
];

function answer(documents: readonly unknown[], stdout = '') {
  return { exitCode: 0, documents, stdout, stderr: '' };
}

function detail(size = { columns: 80, rows: 24 }, rehearsed = true): Story {
  return new Story(sessionState(session), size)
    .send({ type: 'sessions', rows: [summary({ name: 'rec', id: session, rehearsed })] })
    .receive({ type: 'events', events: applied })
    .receive({ type: 'answered', tag: 'show', answer: answer([{ stacks: { aws: { hosts: [hosts[0]] } } }]) })
    .receive({ type: 'answered', tag: 'inventory', answer: answer([inventory]) })
    .receive({ type: 'files', tag: 'files', files: [{ name: 'stacks/aws/cdk.tf.json', path: '/s/cdk.tf.json', text: '{\n  "terraform": {}\n}\n' }, { name: 'session.json', path: '/s/session.json', text: '{}' }] });
}

describe('the detail of a lab', () => {
  it('asks for what it shows as soon as it is open', () => {
    expect(new Story(sessionState('x')).effects.map(({ effect }) => effect)).toEqual([
      { do: 'query', tag: 'show', args: ['show', 'x'], json: true },
      { do: 'query', tag: 'inventory', args: ['inventory', 'x'], json: true },
      { do: 'files', tag: 'files', session: 'x' },
    ]);
  });

  it('shows machines with how they are reached and why their key is trusted', () => {
    const text = frameOf(detail().app).join('\n');
    expect(text).toContain(`labtui ssh ${session} --host ${hosts[0]?.name ?? '?'}`);
    expect(text).toContain(`host key  injected   ${hosts[0]?.hostKeyFingerprint ?? '?'}`);
  });

  it('has resources, events, plan and Terraform behind its tabs', () => {
    const story = detail();
    expect(frameOf(story.press('2').app).join('\n')).toContain('aws_instance.vm');
    expect(frameOf(story.press('3').app).join('\n')).toContain('done');
    expect(frameOf(story.press('4').app).join('\n')).toContain('to create');
    expect(frameOf(story.press('5').app).join('\n')).toContain(' 2   "terraform": {}');
    story.press('e');
    expect(story.last).toEqual({ do: 'edit', tag: 'edit', path: '/s/cdk.tf.json' });
    expect(frameOf(story.press('f').app).join('\n')).toContain('session.json');
    story.press('7');
    expect(story.last).toEqual({ do: 'query', tag: 'receipt', args: ['receipt', session], json: false });
    expect(story.command).toBe(`labtui receipt ${session}`);
  });

  it('filters its events', () => {
    const story = detail().press('3', '/', '<vpc complete>', 'enter');
    const lines = frameOf(story.app).filter((line) => /\d\d:\d\d:\d\d/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/vpc.*complete/);
  });

  it('keeps what was said in all its runs, also where one said a great deal', () => {
    const line = { v: 1, time: '2026-11-21T12:00:00Z', session, stack: 'aws', type: 'log', level: 'info', message: 'again' } as const;
    const story = detail()
      .receive({ type: 'events', events: Array.from({ length: 3_000 }, (_, index) => ({ ...line, message: `line ${index}` })) })
      .receive({ type: 'events', events: recording('destroy') })
      .press('3', '/', '<line 7>', 'enter', 'g');
    const lines = frameOf(story.app).filter((each) => /\d\d:\d\d:\d\d/.test(each));
    expect(lines[0]).toMatch(/line 7$/);
  });

  it('opens a shell, and a command with the session filled in', () => {
    expect(detail().press('s').last).toMatchObject({ do: 'foreground', args: ['ssh', session] });
    expect(detail().press(':', '<labtui ssh>', 'enter').command).toBe('labtui ssh');
  });

  it('opens the command that makes it another distribution, the session filled in', () => {
    const commands = [...facts.commands, { name: 'replace', usage: '<session>', description: 'make its machines another distribution', interactive: true }];
    const story = new Story(sessionState(session), { columns: 80, rows: 24 }, { ...facts, commands }).send({ type: 'sessions', rows: [summary({ name: 'rec', id: session })] }).press('R');
    expect(story.command).toBe(`labtui replace ${session} --distro`);
    expect(story.press('<rocky@9>', 'enter').last).toEqual({ do: 'foreground', tag: 'run', args: ['replace', session, '--distro', 'rocky@9'] });
  });

  it('shows what goes before it goes', () => {
    const story = detail(undefined, false).press('d');
    const text = frameOf(story.app).join('\n');
    expect(text).toContain('aws_instance.vm  i-0123');
    expect(text).toContain('type rec to go on');
    story.press('<rec>', 'enter');
    expect(story.last).toEqual({ do: 'start', tag: 'destroy', args: ['destroy', session, '--auto-approve'] });
  });

  it('is stopped once it was asked, and says what of it goes on costing', () => {
    const story = detail().press('p', 'y');
    expect(story.last).toEqual({ do: 'start', tag: 'stop', args: ['stop', session] });
    story.receive({ type: 'started', tag: 'stop', started: { run: 'r1', pid: 1 } });
    expect(story.command).toBe(`labtui stop ${session}`);
    const phase: LabEvent = { v: 1, time: '2026-11-21T12:00:00Z', session, stack: 'aws', type: 'phase', phase: 'stopping', percent: 100, elapsedMs: 1, message: 'one machine stopped' };
    const billed = { stack: 'aws', machines: 1, parts: ['disks' as const], hourlyCost: 0.0022, currency: 'USD', unknownCosts: [] };
    const result: LabEvent = { v: 1, time: '2026-11-21T12:00:01Z', session, stack: null, type: 'result', ok: true, exitCode: 0, phase: 'stopping', hosts: [], stillBilled: [billed], durationMs: 1, timings: { total: 1 } };
    const text = frameOf(story.receive({ type: 'events', events: [phase, result] }).app).join('\n');
    expect(text).toMatch(/○ aws +stopped/);
    expect(text).toContain('still billed: aws disk 0.0022 USD per hour');
  });

  it('gives it more time, and shows of each layer when it ends the lab now', () => {
    const story = detail().press('E', '2');
    expect(story.last).toEqual({ do: 'start', tag: 'extend 2h', args: ['extend', session, '2h'] });
    story.receive({ type: 'started', tag: 'extend 2h', started: { run: 'r1', pid: 1 } });
    expect(story.command).toBe(`labtui extend ${session} 2h`);
    const layer = (name: 'guest' | 'tags', moved: boolean) => ({ stack: 'aws', layer: name, at: '2026-11-21T18:00:00.000Z', moved, reason: moved ? null : 'a test' });
    const result: LabEvent = { v: 1, time: '2026-11-21T12:00:00Z', session, stack: null, type: 'result', ok: false, exitCode: 5, phase: 'ready', hosts: [], deadlines: [layer('tags', true), layer('guest', false)], durationMs: 1, timings: { total: 1 } };
    const text = frameOf(story.receive({ type: 'events', events: [result] }).app).join('\n');
    expect(text).toMatch(/aws tags +ends it at 2026-11-21 18:00 UTC/);
    expect(text).toMatch(/aws guest +stays at 2026-11-21 18:00 UTC/);
  });

  it.each([
    { columns: 60, rows: 16 },
    { columns: 80, rows: 24 },
    { columns: 160, rows: 50 },
  ])('fits $columns x $rows', (size) => {
    const story = detail(size);
    for (const key of ['1', '2', '3', 'g', 'G', '4', 'pagedown', '5', '6', '7', '?', 'escape', 'd']) {
      const frame = frameOf(story.press(key).app);
      expect(frame.length).toBeLessThanOrEqual(size.rows);
      for (const line of frame) expect(displayWidth(line)).toBeLessThanOrEqual(size.columns);
    }
  });
});
