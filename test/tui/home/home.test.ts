import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/core/display-width.ts';
import { nowMs, summary } from '../facts.ts';
import { frameOf } from '../frame.tsx';
import { Story } from '../story.ts';

const labs = [
  summary({ name: 'kernel-lab', distro: ['fedora@44'], clouds: ['aws', 'azure', 'gcp'], regions: ['eu-west-1', 'westeurope', 'europe-west3'], protectedBy: ['guest', 'cloud'] }),
  summary({ name: 'bisect-arm', phase: 'applying', createdAt: '2026-11-21T11:58:00Z', size: 't4g.medium' }),
  summary({ name: 'old-rocky', distro: ['rocky@9'], clouds: ['gcp'], regions: ['europe-west3'], expiresAt: '2026-11-21T11:48:00Z', hourlyCost: 0.3 }),
  summary({ name: 'try-it', distro: ['ubuntu@24.04'], rehearsed: true, createdAt: '2026-11-21T11:02:00Z' }),
  summary({ name: 'gone', archived: true, phase: 'destroyed', createdAt: '2026-11-20T11:02:00Z' }),
];
const sizes = [
  { columns: 60, rows: 16 },
  { columns: 80, rows: 24 },
  { columns: 160, rows: 50 },
];

describe('the dashboard', () => {
  it('shows what needs attention first', () => {
    const story = new Story().send({ type: 'sessions', rows: labs });
    expect(frameOf(story.app).join('\n')).toMatchInlineSnapshot(`
      " labtui                                                       4 labs · 0.40 $/h
      ────────────────────────────────────────────────────────────────────────────────
         NAME        DISTRO        WHERE            STATE          LEFT    COST
       ▸ old-rocky   rocky@9       gcp              ! expired   -12 min  0.60 $
         bisect-arm  debian@13     aws              ◐ applying      2 h  0.00 $
         try-it      ubuntu@24.04  aws (rehearsal)  ● ready         2 h  0.00 $
         kernel-lab  fedora@44     aws azure gcp    ● ready         2 h  0.10 $













       old-rocky-abc234 · real · europe-west3 · protected by guest
      ────────────────────────────────────────────────────────────────────────────────
       labtui list
       ⏎ open  n new  s ssh  d destroy  e extend  : actions  ? help  Esc quit"
    `);
  });

  it('tells a newcomer what this is', () => {
    expect(frameOf(new Story().send({ type: 'sessions', rows: [] }).app).join('\n')).toMatchInlineSnapshot(`
      " labtui                                                                  0 labs
      ────────────────────────────────────────────────────────────────────────────────

        A machine with the Linux you want, on the cloud you want, now.
        And nothing left of it: each lab ends at its deadline, with a receipt.

        n  a new lab: pick distro, cloud and size
        D  the same on simulated clouds – no account, no cost
        :  everything labtui can do, by name
        ?  the keys











      ────────────────────────────────────────────────────────────────────────────────
       labtui list
       ⏎ open  n new  s ssh  D demo  : actions  ? help  Esc quit"
    `);
  });

  it('filters as one types, keeps it on Enter and drops it on Esc', () => {
    const story = new Story().send({ type: 'sessions', rows: labs }).press('/', '<gcp roc>');
    expect(frameOf(story.app).filter((line) => line.includes('rocky@9'))).toHaveLength(1);
    expect(frameOf(story.app).some((line) => line.includes('kernel-lab'))).toBe(false);
    expect(story.press('enter', 'd').app.overlay).toMatchObject({ open: { dialog: { title: 'Destroy old-rocky?' } } });
    story.press('escape', '/', 'escape');
    expect(frameOf(story.app).some((line) => line.includes('kernel-lab'))).toBe(true);
  });

  it('keeps the cursor on its lab while others come and go', () => {
    const story = new Story().send({ type: 'sessions', rows: labs }).press('down', 'down');
    const marked = (): string | undefined => frameOf(story.app).find((line) => line.startsWith(' ▸'));
    expect(marked()).toContain('try-it');
    story.send({ type: 'sessions', rows: [summary({ name: 'another', createdAt: '2026-11-21T11:59:00Z' }), ...labs] });
    expect(marked()).toContain('try-it');
  });

  it('gives a lab more time, with the hours to choose from, and none to one without a deadline', () => {
    const id = labs.find(({ phase }) => phase === 'ready')?.id ?? '';
    const story = new Story().send({ type: 'sessions', rows: labs.filter((lab) => lab.id === id) }).press('e');
    expect(story.app.overlay).toMatchObject({ open: { dialog: { tag: `extend ${id}`, choices: [{ key: 'n' }, { key: '1' }, { key: '2' }, { key: '4' }, { key: '8' }] } } });
    expect(story.press('4').last).toEqual({ do: 'start', tag: `extend ${id} 4h`, args: ['extend', id, '4h'] });
    story.receive({ type: 'started', tag: `extend ${id} 4h`, started: { run: 'r1', pid: 1 } });
    expect(story.command).toBe(`labtui extend ${id} 4h`);
    expect(new Story().send({ type: 'sessions', rows: [summary({ name: 'no-end', expiresAt: null })] }).refusal('e')).toBe('it has no deadline');
  });

  it('stops a lab once it was asked, and starts one that is off with the same key', () => {
    const [up, off] = [summary({ name: 'up' }), summary({ name: 'off', phase: 'stopping', state: 'stopped', hourlyCost: 0.05, presentHourlyCost: 0.002 })];
    const story = new Story().send({ type: 'sessions', rows: [up] }).press('p');
    expect(frameOf(story.app).join('\n')).toContain('Whatever runs on it ends');
    // The safe answer is where Enter is.
    expect(story.press('enter').last).not.toMatchObject({ do: 'start' });
    expect(story.press('p', 'y').last).toEqual({ do: 'start', tag: `stop ${up.id}`, args: ['stop', up.id] });
    story.receive({ type: 'started', tag: `stop ${up.id}`, started: { run: 'r1', pid: 1 } });
    expect(story.command).toBe(`labtui stop ${up.id}`);

    const asleep = new Story().send({ type: 'sessions', rows: [off] });
    const screen = frameOf(asleep.app).join('\n');
    expect(screen).toContain('○ stopped');
    expect(screen).toContain('p start');
    expect(screen).toContain('0.00 $/h');
    expect(asleep.refusal('s')).toBe('it is stopped: p starts it');
    expect(asleep.refusal('a')).toBe('p starts it');
    expect(asleep.press('p').last).toEqual({ do: 'start', tag: `start ${off.id}`, args: ['start', off.id] });
    asleep.receive({ type: 'started', tag: `start ${off.id}`, started: { run: 'r2', pid: 2 } });
    expect(asleep.command).toBe(`labtui start ${off.id}`);
  });

  it.each([
    ['one of its machines is off', { state: 'mixed' }, '! not all up', 'start'],
    ['its machine is gone', { state: 'terminated' }, '! gone', 'it is gone from its cloud: a makes it anew'],
    ['a start of it failed', { phase: 'stopping', state: 'running' }, '! not ready', 'start'],
    ['it is ready', {}, '● ready', 'stop'],
  ] as const)('says that %s', (_, fields, text, key) => {
    const story = new Story().send({ type: 'sessions', rows: [summary({ name: 'one', ...fields })] });
    expect(frameOf(story.app).join('\n')).toContain(text);
    const refusal = story.refusal('p');
    story.press('p');
    if (refusal !== null) expect(refusal).toBe(key);
    else if (key === 'start') expect(story.last).toMatchObject({ do: 'start', args: ['start', 'one-abc234'] });
    else expect(story.app.overlay).toMatchObject({ open: { dialog: { tag: 'stop one-abc234' } } });
  });

  it('has a reason for each key that does nothing', () => {
    const story = new Story().send({ type: 'sessions', rows: labs }).press('down');
    expect(story.refusal('s')).toBe('it is applying');
    expect(story.refusal('a')).toBeNull();
    expect(new Story().send({ type: 'sessions', rows: [] }).refusal('d')).toBe('there is no lab yet: n makes one');
  });

  it.each(sizes)('fits $columns x $rows, with 200 labs and wide names', ({ columns, rows }) => {
    const many = Array.from({ length: 200 }, (_, index) => summary({ name: `lab-日本-e\u0301-${index}`, createdAt: new Date(nowMs - index * 60_000).toISOString() }));
    const story = new Story(undefined, { columns, rows }).send({ type: 'sessions', rows: many });
    for (const keys of [[], ['G'], ['pageup'], ['?'], ['escape'], [':'], ['<a>'], ['escape'], ['d'], ['escape'], ['q']]) {
      const frame = frameOf(story.press(...keys).app);
      expect(frame.length).toBeLessThanOrEqual(rows);
      for (const line of frame) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  });
});
