import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds } from '../support/rehearsal.ts';
import { missingTerminal, openTerminal, type TerminalEmulator, type TerminalOptions } from '../support/terminal-emulator.ts';
import { TerminalPlayer } from '../support/terminal-player.ts';

const skip = skipLoudly('stories of labtui in a terminal', (await missingTerminal()) ?? (await missingTools(['terraform'])));

/** The last line of the screen, which names the keys. */
const footer = (screen: readonly string[]): string => screen.at(-1) ?? '';

let place: Workplace;
const open: TerminalEmulator[] = [];
beforeAll(() => {
  place = createWorkplace();
});
afterEach(async () => {
  for (const terminal of open.splice(0)) await terminal.close();
});
afterAll(() => place.remove());

async function sitDown(options?: TerminalOptions): Promise<TerminalPlayer> {
  const terminal = await openTerminal(place, [], options);
  open.push(terminal);
  return new TerminalPlayer(terminal);
}

/** From the dashboard through the wizard by Enter alone, up to its run. */
async function startByDefaults(newcomer: TerminalPlayer): Promise<void> {
  await newcomer.sees((screen) => footer(screen).includes('n new'));
  await newcomer.press('n');
  await newcomer.sees(/▸ debian +13/);
  await newcomer.press('enter');
  await newcomer.sees('--cloud aws --rehearse');
  await newcomer.press('enter');
  await newcomer.sees(/▸ ◉ lab/);
  await newcomer.press('enter');
  await newcomer.sees(/create it: \d+ resources, all simulated/);
  await newcomer.press('enter');
  await newcomer.sees((screen) => /▸ apply debian-aws-/.test(screen[0] ?? ''));
}

describe.skipIf(skip)('a newcomer at labtui', () => {
  it('makes a machine, is on it, ends it and sees the receipt, with less than 40 keys', async () => {
    const newcomer = await sitDown();
    expect(await newcomer.sees('A machine with the Linux you want')).toContain('n  a new lab');
    await startByDefaults(newcomer);

    expect(await newcomer.sees(/● ready in \d/)).toContain('s opens a shell');
    await newcomer.press('s');
    await newcomer.sees((screen) => screen.some((line) => /[$#] ?$/.test(line)));
    newcomer.type('whoami\r');
    await newcomer.sees(/^debian$/m);
    newcomer.type('exit\r');
    await newcomer.sees(/● ready in \d/);

    await newcomer.press('d');
    expect(await newcomer.sees(/Destroy debian-aws\?/)).toContain('It is a rehearsal: nothing real is touched.');
    await newcomer.press('y');
    expect(await newcomer.sees(/● gone in \d/)).toMatch(/(\d+) found, \1 deleted, 0 left +verified by state and listing/);
    await newcomer.press('escape');
    expect(await newcomer.sees('A machine with the Linux you want')).toMatch(/0 labs$/m);
    await newcomer.press('q');
    await newcomer.sees('Leave labtui?');
    await newcomer.press('y');
    expect(await newcomer.terminal.ended()).toEqual({ exitCode: 0, signal: 0 });

    expect(newcomer.keys).toBeLessThan(40);
    expect((await place.run(['list', '--json'])).json()).toEqual([]);
  });
});
