import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facts, nowMs, summary } from '../facts.ts';
import { Story } from '../story.ts';

const lab = summary({ name: 'kernel-lab' });
const practice = summary({ name: 'try-it', rehearsed: true });

describe('the interface', () => {
  it('asks before it ends, and goes on where the answer is no', () => {
    const story = new Story().press('q');
    expect(story.app.overlay).toMatchObject({ kind: 'dialog', open: { dialog: { title: 'Leave labtui?' } } });
    expect(story.press('n').app).toMatchObject({ overlay: null, exitCode: null });
    expect(story.press('ctrl-c', 'y').app.exitCode).toBe(0);
  });

  it('says why a key does nothing', () => {
    const story = new Story().send({ type: 'sessions', rows: [] }).press('s');
    expect(story.app.said?.text).toBe('ssh: there is no lab yet: n makes one');
    expect(story.effects).toEqual([]);
    story.send({ type: 'tick', nowMs: nowMs + 5_000 });
    expect(story.app.said).toBeNull();
  });

  it('has every command of the command line in its palette', () => {
    const story = new Story().press(':', '<rehearsal status>');
    expect(story.app.overlay).toMatchObject({ kind: 'palette', palette: { filter: 'rehearsal status' } });
    story.press('enter');
    expect(story.command).toBe('labtui rehearsal status');
    story.press('enter');
    expect(story.last).toEqual({ do: 'query', tag: 'run', args: ['rehearsal', 'status'], json: false });
    for (const { name } of facts.commands) expect(new Story().press(':', `<labtui ${name}>`, 'enter').command).toBe(`labtui ${name}`);
  });

  it('copies the command line of the screen', () => {
    const story = new Story().press('y');
    expect(story.last).toEqual({ do: 'copy', text: 'labtui list' });
    expect(story.app.said?.text).toBe('copied: labtui list');
  });

  it('wants the name of a real lab typed before it destroys it, and not of a rehearsed one', () => {
    const real = new Story().send({ type: 'sessions', rows: [lab] }).press('d', 'tab', 'enter');
    expect(real.effects).toEqual([]);
    expect(real.app.overlay).not.toBeNull();
    real.press('<kernel-lab>', 'enter');
    expect(real.last).toEqual({ do: 'start', tag: 'destroy kernel-lab-abc234', args: ['destroy', 'kernel-lab-abc234', '--auto-approve'] });
    const rehearsed = new Story().send({ type: 'sessions', rows: [practice] }).press('d', 'y');
    expect(rehearsed.last).toMatchObject({ do: 'start', args: ['destroy', 'try-it-abc234', '--auto-approve'] });
    expect(new Story().send({ type: 'sessions', rows: [practice] }).press('d', 'enter').effects).toEqual([]);
  });

  it('survives any keys, in any order, at any size', () => {
    const key = fc.constantFrom('enter', 'escape', 'up', 'down', 'left', 'right', 'tab', 'shift-tab', 'space', 'backspace', 'pageup', 'pagedown', 'home', 'end', 'ctrl-c', 'ctrl-u', ':', '?', '/', 'n', 'D', 's', 'd', 'y', 'x', 'X', 'o', 't', 'a', 'q', 'g', 'G', 'ü', '日', '<ab c>');
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), fc.integer({ min: 20, max: 200 }), fc.integer({ min: 5, max: 60 }), (keys, columns, rows) => {
        const story = new Story().send({ type: 'sessions', rows: [lab, practice] }).send({ type: 'resize', columns, rows });
        for (const each of keys) if (story.app.exitCode === null) story.press(each);
        expect(story.app.screens.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});
