import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { leftInClouds } from '../support/rehearsal.ts';
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
  await newcomer.sees((screen) => screen[0]?.includes('▸ apply debian-aws-') === true);
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
    await newcomer.sees(/^admin$/m);
    newcomer.type('exit\r');
    await newcomer.sees(/● ready in \d/);

    await newcomer.press('d');
    expect(await newcomer.sees(/Destroy debian-aws\?/)).toContain('It is a rehearsal: nothing real is touched.');
    await newcomer.press('y');
    expect(await newcomer.sees(/● gone in \d/)).toMatch(/(\d+) found, \1 deleted, 0 left +verified by state and listing/);
    await newcomer.press('escape');
    expect(await newcomer.sees('A machine with the Linux you want')).toMatch(/0 labs *$/m);
    await newcomer.press('q');
    await newcomer.sees('Leave labtui?');
    await newcomer.press('y');
    expect(await newcomer.terminal.ended()).toEqual({ exitCode: 0, signal: 0 });

    expect(newcomer.keys).toBeLessThan(40);
    expect((await place.run(['list', '--json'])).json()).toEqual([]);
  });
});

describe.skipIf(skip)('what does not go as planned', () => {
  const slow = { env: { LABTUI_REHEARSAL_SPEED: '3' } } as const;

  it('a cloud without room says so, with the command that leads out, and what stands can be ended', async () => {
    const user = await sitDown({ env: { LABTUI_FAULT: 'capacity-region' } });
    await startByDefaults(user);
    const screen = await user.sees(/ended with exit code 5/);
    expect(screen).toMatch(/✗ aws: AWS has no \S+ left in us-east-1\w \(InsufficientInstanceCapacity\)\n +try: another zone \(--zone\), region/);
    expect(screen).toMatch(/! aws: us-east-1\w to us-east-1\w: AWS has no/);
    expect(screen).toMatch(/● gone in \d.*0 left +verified by state and listing/);
    const [, id = ''] = /more: labtui events (debian-aws-\w{6})/.exec(screen) ?? [];
    expect(await leftInClouds(place, id)).toEqual([]);
    await user.press('escape');
    await user.sees('A machine with the Linux you want');
  });

  it('a run goes on without labtui, is found again, and can be stopped and ended', async () => {
    const first = await sitDown(slow);
    await startByDefaults(first);
    await first.sees(/aws_\w+\.\w+ +creating/);
    await first.press('m');
    await first.sees(/▸ debian-aws .*◐ applying/);
    await first.press('q', 'y');
    expect(await first.terminal.ended()).toEqual({ exitCode: 0, signal: 0 });

    const second = await sitDown(slow);
    await second.sees(/▸ debian-aws .*◐ applying/);
    await second.press('enter');
    expect(await second.sees(/aws_\w+\.\w+ +creating/)).toMatch(/ labtui events debian-aws-\w{6} --follow/);
    await second.press('c');
    expect(await second.sees('Stop ')).toContain('stop, keep what stands');
    await second.press('d');
    await second.sees(/● gone in \d.* 0 left/);
    await second.press('escape');
    await second.sees('A machine with the Linux you want');
  });

  it('what was made before a stop is kept where that was the answer', async () => {
    const user = await sitDown(slow);
    await startByDefaults(user);
    await user.sees(/aws_\w+\.\w+ +creating/);
    await user.press('c');
    await user.sees('Stop apply?');
    // Enter is on the safe side.
    await user.press('enter');
    await user.sees(/aws_\w+\.\w+ +creating/);
    await user.press('c');
    await user.sees('Stop apply?');
    await user.press('s');
    await user.sees('stopping');
    expect(await user.sees(/ended with exit code 130/)).toMatch(/a resume .*d destroy/);
    await user.press('escape');
    await user.sees(/▸ debian-aws .*✗ failed/);
    const [{ id }] = (await place.run(['list', '--json'])).json() as [{ id: string }];
    expect((await leftInClouds(place, id)).length).toBeGreaterThan(0);
    await user.press('d');
    await user.sees('Destroy debian-aws?');
    await user.press('y');
    await user.sees(/● gone in \d.* 0 left/);
    expect(await leftInClouds(place, id)).toEqual([]);
  });
});
