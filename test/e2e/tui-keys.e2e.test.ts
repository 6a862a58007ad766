import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { missingTerminal, openTerminal, type TerminalEmulator, type TerminalOptions } from '../support/terminal-emulator.ts';
import { writeSession } from '../support/written-sessions.ts';

const skip = skipLoudly('keys of labtui in a terminal', await missingTerminal());

let place: Workplace;
let terminal: TerminalEmulator;
beforeAll(() => {
  // Whatever a key means, there is nothing that could reach a cloud: labs are rehearsed, and Terraform does nothing.
  place = createWorkplace({ LABTUI_REHEARSE: '1', LABTUI_TERRAFORM_BIN: '/bin/false', VISUAL: '/bin/true' });
  for (const [name, phase] of [['bisect', 'ready'], ['kernel', 'ready'], ['broken', 'failed']] as const) writeSession(place.sessions, name, { phase });
});
afterEach(() => terminal.close());
afterAll(() => place.remove());

async function start(options?: TerminalOptions): Promise<void> {
  terminal = await openTerminal(place, [], options);
  await terminal.waitFor(/\d labs? *$/m);
}

const sees = (...words: readonly string[]) => (screen: readonly string[]): boolean => words.every((word) => screen.join('\n').includes(word));
const lacks = (word: string) => (screen: readonly string[]): boolean => !screen.join('\n').includes(word);

describe.skipIf(skip)('keys of labtui in a terminal', () => {
  it('/ shows only what has the words, Esc shows all again', async () => {
    await start();
    await terminal.waitFor(/▸ broken .*✗ failed/);
    await terminal.send('/');
    terminal.type('kern');
    await terminal.waitFor((screen) => sees('/ kern', '1 of 3')(screen) && lacks('bisect')(screen));
    terminal.type('x');
    await terminal.waitFor('0 of 3');
    await terminal.send('backspace', 'enter', 'enter');
    await terminal.waitFor((screen) => screen[0]?.startsWith(' labtui ▸ kernel-abc234') === true);
    await terminal.send('escape');
    await terminal.waitFor(/▸ kernel/);
    await terminal.send('x');
    await terminal.waitFor(sees('kernel', 'bisect', 'broken'));
    await terminal.send('/');
    terminal.type('ready');
    await terminal.waitFor(sees('2 of 3'));
    await terminal.send('escape');
    await terminal.waitFor(sees('kernel', 'bisect', 'broken'));
  });

  it('? has every key with what it does, and why it does nothing now; : has every action and every command', async () => {
    await start({ rows: 50, columns: 100 });
    await terminal.send('?');
    await terminal.waitFor((screen) => sees('a new lab: pick distro', 'one page down', 'copy the command line')(screen) && sees('take the filter away (there is no filter)')(screen));
    await terminal.send('escape');
    await terminal.waitFor(lacks('one page down'));
    await terminal.send(':');
    await terminal.waitFor(sees('labtui apply', 'labtui destroy'));
    terminal.type('clouds');
    await terminal.waitFor(/▸ labtui clouds/);
    await terminal.send('enter');
    await terminal.waitFor('usage: labtui clouds');
    await terminal.send('enter');
    await terminal.waitFor(sees('done', 'azure', 'gcp'));
  });

  it('y copies the command line of what is seen', async () => {
    await start();
    await terminal.send('y');
    await terminal.waitFor('copied: labtui list');
    expect(terminal.raw).toContain(`\u001b]52;c;${Buffer.from('labtui list').toString('base64')}\u0007`);
  });

  it('a key that does nothing now says why', async () => {
    await start();
    await terminal.send('x');
    await terminal.waitFor('all: there is no filter');
  });

  it('a storm of sizes leaves the last one, on every screen, and nothing was scrolled', async () => {
    await start();
    const screens = [[], ['enter'], ['3'], ['?'], ['escape', ':'], ['escape', 'escape', 'd'], ['escape', 'n']] as const;
    for (const keys of screens) {
      await terminal.send(...keys);
      for (let round = 0; round < 20; round += 1) terminal.resize(60 + Math.round((100 * round) / 19), 16 + Math.round((34 * round) / 19));
      for (const [columns, rows] of [[160, 50], [60, 16], [80, 24]] as const) {
        terminal.resize(columns, rows);
        await terminal.waitFor(
          (screen) => screen.length === rows && screen[0]?.startsWith(' labtui') === true && screen[1] === '─'.repeat(columns) && screen[rows - 3] === '─'.repeat(columns) && screen[rows - 1]?.includes('Esc') === true,
        );
      }
    }
    expect(terminal.history().join('').trim()).toBe('');
  });

  const keys = [...Array.from('abcdefhijklmnopqrtuvwxyzADGXYN123456789/:?-+,'), 'enter', 'enter', 'escape', 'up', 'down', 'left', 'right', 'tab', 'shift-tab', 'space', 'backspace', 'delete', 'pageup', 'pagedown', 'home', 'end', 'ctrl-c', 'ctrl-u', 'ctrl-p', 'ctrl-w', 'f1'];

  it('500 keys at random do not break it', { timeout: 180_000 }, async () => {
    // Linear congruential (Numerical Recipes): the same keys every time.
    let seed = 20_261_121;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    await start();
    const pressed: string[] = [];
    const ends: number[] = [];
    const follow = (): void => void terminal.exited.then(({ exitCode }) => ends.push(exitCode));
    follow();
    for (let count = 0; count < 500; count += 1) {
      const key = keys[next(keys.length)] ?? 'escape';
      pressed.push(key);
      await terminal.send(key);
      if (count % 10 !== 9) continue;
      await terminal.settled(30);
      // Lent to a command that is to be read, it has no header. Taken back, it is empty until it is painted.
      const isWhole = (screen: readonly string[]): boolean => ends.length > 0 || !terminal.alternateScreen || screen[0]?.startsWith(' labtui') === true;
      await terminal.waitFor(isWhole).catch((error: unknown) => {
        throw new Error(`after ${pressed.slice(-20).join(' ')}`, { cause: error });
      });
      const ended = ends.pop();
      if (ended === undefined) continue;
      expect([ended, pressed.slice(-20)]).toEqual([0, pressed.slice(-20)]);
      await terminal.close();
      await start();
      follow();
    }
    expect(pressed).toHaveLength(500);
    expect(terminal.history().join('')).not.toContain('bug');
  });
});
