import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { models } from '../../src/rehearsal/clouds.ts';
import { openWorld } from '../../src/rehearsal/engine/disk-world.ts';
import { parseFaultSpec } from '../../src/rehearsal/engine/fault-spec.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { bundle, createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds } from '../support/rehearsal.ts';
import { missingTerminal, openTerminal, type TerminalEmulator, type TerminalOptions } from '../support/terminal-emulator.ts';

const skip = skipLoudly('labtui in a terminal', await missingTerminal());
const noBash = (await execa('bash', ['--version'], { reject: false })).exitCode === 0 ? null : 'bash is not here';
const skipShell = skip || skipLoudly('labtui under a shell', noBash);
const skipLife = skip || skipLoudly('labtui in a terminal with the real Terraform', await missingTools(['terraform']));

let place: Workplace;
const open: TerminalEmulator[] = [];
beforeAll(() => {
  place = createWorkplace();
});
afterEach(async () => {
  for (const terminal of open.splice(0)) await terminal.close();
});
afterAll(() => place.remove());

async function labtui(args: readonly string[] = [], options?: TerminalOptions): Promise<TerminalEmulator> {
  const terminal = await openTerminal(place, args, options);
  open.push(terminal);
  return terminal;
}

/** A shell with job control, as a person has it; it says when it is ready for the next command. */
async function shell(options: TerminalOptions = {}): Promise<TerminalEmulator> {
  // Otherwise it switches bracketed paste on at each of its prompts.
  const INPUTRC = join(place.home, 'inputrc');
  writeFileSync(INPUTRC, 'set enable-bracketed-paste off\n');
  const terminal = await openTerminal(place, ['--norc', '--noprofile', '-i'], { ...options, program: 'bash', env: { INPUTRC, PS1: 'shell% ', LABTUI: `${process.execPath} ${bundle}`, ...options.env } });
  open.push(terminal);
  await terminal.waitFor('shell% ');
  return terminal;
}

const footer = 'quit';
const help = /(?:any|other) key closes/;
const prompts = (screen: readonly string[]): number => screen.filter((line) => line.startsWith('shell% ')).length;

async function quit(terminal: TerminalEmulator): Promise<void> {
  await terminal.send('q');
  await terminal.waitFor('Leave labtui?');
  await terminal.send('y');
}

/** The terminal is as it was before labtui. */
function expectRestored(terminal: TerminalEmulator): void {
  expect({ alternate: terminal.alternateScreen, cursor: terminal.cursorVisible, paste: terminal.bracketedPaste }).toEqual({ alternate: false, cursor: true, paste: false });
}

/** Cooked input with echo, as the terminal's own driver has it. */
async function expectSaneModes(terminal: TerminalEmulator): Promise<void> {
  terminal.type('stty -a; echo modes-shown\r');
  await terminal.waitFor(/^modes-shown$/m);
  const modes = terminal.text();
  for (const mode of ['icanon', 'isig', 'echo', 'icrnl']) expect(modes).toMatch(new RegExp(`[ \\n]${mode}\\b`));
}

describe.skipIf(skip)('labtui in a terminal', () => {
  it('opens on the second screen, without a cursor, and leaves everything as it was', async () => {
    const terminal = await labtui();
    await terminal.waitFor(footer);
    expect({ alternate: terminal.alternateScreen, cursor: terminal.cursorVisible, paste: terminal.bracketedPaste }).toEqual({ alternate: true, cursor: false, paste: true });
    expect(terminal.screen()[0]).toMatch(/^ labtui/);
    expect(terminal.screen()[23]).toContain(footer);
    // A line over the whole width is whole.
    expect(terminal.screen().filter((line) => line === '─'.repeat(80))).toHaveLength(2);
    await quit(terminal);
    expect(await terminal.ended()).toEqual({ exitCode: 0, signal: 0 });
    expectRestored(terminal);
    expect(terminal.history().join('').trim()).toBe('');
  });

  it('writes nothing while nothing changes', async () => {
    const terminal = await labtui();
    await terminal.waitFor(footer);
    await terminal.settled();
    const { bytes } = terminal;
    await sleep(2_500);
    expect(terminal.bytes).toBe(bytes);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('%s ends it with the terminal restored, exit %d', async (signal, exitCode) => {
    const terminal = await labtui();
    await terminal.waitFor(footer);
    process.kill(terminal.pid, signal);
    expect(await terminal.ended()).toEqual({ exitCode, signal: 0 });
    expectRestored(terminal);
  });

  it('a crash restores the terminal before it is reported, exit 1', async () => {
    const crash = join(place.home, 'crash.cjs');
    writeFileSync(crash, "process.on('SIGUSR2', () => { throw new Error('thrown from nowhere'); });\n");
    const terminal = await labtui([], { env: { NODE_OPTIONS: `--require=${crash}` } });
    await terminal.waitFor(footer);
    process.kill(terminal.pid, 'SIGUSR2');
    expect(await terminal.ended()).toEqual({ exitCode: 1, signal: 0 });
    expectRestored(terminal);
    expect(terminal.text()).toContain('a bug in labtui: thrown from nowhere');
    expect(terminal.screen().join('')).toMatch(/stack trace is in .*bugs\.log/);
  });

  it('ends when its terminal is closed', async () => {
    const terminal = await labtui();
    await terminal.waitFor(footer);
    const bugs = (): string => (existsSync(bugLog) ? readFileSync(bugLog, 'utf8') : '');
    const bugLog = join(place.home, '.local/state/labtui/bugs.log');
    const before = bugs();
    await terminal.hangUp();
    expect(bugs()).toBe(before);
  });

  it('leaves what a command printed to be read before it comes back', async () => {
    const terminal = await labtui();
    await terminal.waitFor(footer);
    await terminal.send(':');
    terminal.type('labtui cleanup');
    await terminal.waitFor(/▸ labtui cleanup/);
    await terminal.send('enter');
    await terminal.waitFor('run in terminal');
    await terminal.send('enter');
    await terminal.waitFor('exit 0: Enter goes back to labtui');
    expect(terminal.alternateScreen).toBe(false);
    // Meant for what had the terminal, and for nobody else.
    await terminal.send('enter');
    await terminal.waitFor((screen) => terminal.alternateScreen && screen.join().includes('labtui cleanup'));
  });

  it('Ctrl-Z where no shell could go on with it changes nothing', async () => {
    const terminal = await labtui();
    await terminal.waitFor(footer);
    await terminal.send('ctrl-z');
    await sleep(400);
    await terminal.waitFor(footer);
    expect(terminal.alternateScreen).toBe(true);
    await terminal.send('?');
    await terminal.waitFor('keys');
  });

  it('fits every size from 60x16 to 160x50 and back, and never scrolls', async () => {
    const terminal = await labtui();
    await terminal.waitFor(footer);
    const sizes = [[60, 16], [160, 50], [80, 24], [100, 20], [61, 17], [159, 49], [80, 24]] as const;
    const fits = (columns: number, rows: number) => (screen: readonly string[]): boolean =>
      screen.length === rows && screen[0]?.startsWith(' labtui') === true && screen[1] === '─'.repeat(columns) && screen[rows - 1]?.includes(footer) === true && screen.filter((line) => /^─+$/.test(line)).length === 2;
    for (const [columns, rows] of sizes) {
      terminal.resize(columns, rows);
      await terminal.waitFor(fits(columns, rows));
    }
    // A storm: only the last size counts.
    for (let round = 0; round < 30; round += 1) terminal.resize(60 + ((round * 37) % 100), 16 + ((round * 13) % 34));
    terminal.resize(80, 24);
    await terminal.waitFor(fits(80, 24));
    await terminal.settled();
    expect(fits(80, 24)(terminal.screen())).toBe(true);
    expect(terminal.history().join('').trim()).toBe('');
    await quit(terminal);
    expect(await terminal.ended()).toEqual({ exitCode: 0, signal: 0 });
  });

  const coloured = (terminal: TerminalEmulator): boolean => terminal.cells().flat().some(({ colour, background }) => colour !== null || background !== null);
  it('has colours from the terminal\'s own 16, and none with NO_COLOR, FORCE_COLOR=0 or CI', async () => {
    const terminal = await labtui();
    await terminal.waitFor(footer);
    expect(coloured(terminal)).toBe(true);
    for (const { colour } of terminal.cells().flat()) if (colour !== null) expect(colour).toBeLessThan(16);
    for (const env of [{ NO_COLOR: '1' }, { NO_COLOR: '1', FORCE_COLOR: '1' }, { FORCE_COLOR: '0' }, { CI: 'true' }]) {
      const without = await labtui([], { env });
      await without.waitFor(footer);
      expect([env, coloured(without)]).toEqual([env, false]);
      expect(without.alternateScreen).toBe(true);
    }
  });
});

describe.skipIf(skip)('labtui --plain in a terminal', () => {
  it('prints lines and nothing else: no second screen, no movement, no colour; the keys are the same', async () => {
    const terminal = await labtui(['--plain'], { rows: 60 });
    await terminal.waitFor(footer);
    await terminal.send('?');
    await terminal.waitFor(help);
    await terminal.settled();
    const before = terminal.text();
    await terminal.send('enter');
    await quit(terminal);
    expect(await terminal.ended()).toEqual({ exitCode: 0, signal: 0 });
    expect(terminal.history().join('\n')).toContain(before.trimEnd());
    // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
    expect(terminal.raw).not.toMatch(/\u001b/);
    expect(terminal.raw).not.toContain('──');
    // Said once: the key that opens it was pressed once.
    expect(terminal.raw.split('Leave labtui?')).toHaveLength(2);
  });

  it('is content with a dumb terminal, which the screen is not', async () => {
    const plain = await labtui(['--plain'], { env: { TERM: 'dumb' } });
    await plain.waitFor(footer);
    const full = await labtui([], { env: { TERM: 'dumb' }, rows: 150 });
    expect(await full.ended()).toEqual({ exitCode: 2, signal: 0 });
    expect(full.text()).toContain('Usage: labtui');
  });
});

describe.skipIf(skipShell)('labtui under a shell', () => {
  it('comes back to a screen as it was, with the modes as they were', async () => {
    const terminal = await shell();
    terminal.type('echo before it\r');
    await terminal.waitFor(/^before it$/m);
    terminal.type('$LABTUI; echo "left with $?"\r');
    await terminal.waitFor(footer);
    await quit(terminal);
    await terminal.waitFor('left with 0');
    expectRestored(terminal);
    expect(terminal.screen().slice(0, 4)).toEqual(['shell% echo before it', 'before it', 'shell% $LABTUI; echo "left with $?"', 'left with 0']);
    await expectSaneModes(terminal);
  });

  it('Ctrl-Z gives the terminal back, fg takes it again', async () => {
    const terminal = await shell();
    terminal.type('$LABTUI\r');
    await terminal.waitFor(footer);
    await terminal.send('?');
    await terminal.waitFor(help);
    await terminal.send('ctrl-z');
    await terminal.waitFor((screen) => prompts(screen) === 2 && screen.join().includes('Stopped'));
    expectRestored(terminal);
    await expectSaneModes(terminal);
    terminal.resize(100, 30);
    terminal.type('fg\r');
    await terminal.waitFor((screen) => help.test(screen.join()) && screen[1] === '─'.repeat(100));
    expect(terminal.alternateScreen).toBe(true);
    await terminal.send('escape');
    await quit(terminal);
    await terminal.waitFor((screen) => prompts(screen) >= 3 && !terminal.alternateScreen);
    expectRestored(terminal);
    await expectSaneModes(terminal);
  });

  it('without a terminal on either side it prints its help on stderr, exit 2', async () => {
    const terminal = await shell({ rows: 70 });
    for (const [count, redirection] of ['</dev/null', '>/dev/null', '--plain </dev/null', '--json'].entries()) {
      terminal.type(`clear; $LABTUI ${redirection} 2>help; echo "code $? ${count}, $(head -1 help)"\r`);
      await terminal.waitFor(new RegExp(`^code 2 ${count}, (Usage: labtui|error)`, 'm'));
    }
  });
});

describe.skipIf(skipLife)('labtui in a terminal, with a rehearsed lab', () => {
  const rehearse = async (name: string): Promise<string> => {
    const { session, exitCode } = await applyRehearsed(place, { name, cloud: 'aws' });
    expect(exitCode).toBe(0);
    return session;
  };

  it('lends the terminal to a shell on the machine, and takes it back', async () => {
    await rehearse('shell-lab');
    const terminal = await labtui();
    await terminal.waitFor(/▸ shell-lab/);
    await terminal.send('s');
    await terminal.waitFor((screen) => screen.some((line) => /[$#] ?$/.test(line)));
    expect(terminal.alternateScreen).toBe(false);
    terminal.type('echo "i am $(whoami)"; exit 3\r');
    await terminal.waitFor((screen) => screen.join().includes(footer) && screen.join().includes('▸ shell-lab'));
    expect(terminal.alternateScreen).toBe(true);
    expect(terminal.history().join('\n')).toContain('i am');
    await terminal.send('?');
    await terminal.waitFor(help);
  });

  it('what it started goes on when its terminal is closed', async () => {
    const session = await rehearse('outlives');
    const world = await openWorld(join(place.sessions, '.rehearsal'), { models });
    // Long enough for what the test does meanwhile.
    await world.arm([parseFaultSpec('slow,operation=TerminateInstances,for=10m', ['aws'])], null);
    const terminal = await labtui();
    await terminal.waitFor(/outlives/);
    await terminal.send('/');
    terminal.type('outlives');
    await terminal.send('enter', 'd');
    await terminal.waitFor('Destroy outlives?');
    await terminal.send('y');
    await terminal.waitFor((screen) => !screen.join().includes('Destroy outlives?'));
    const destroying = async (): Promise<boolean> => (await place.run(['show', session, '--json'])).stdout.includes('"phase": "destroying"');
    const deadline = Date.now() + 300_000;
    while (!(await destroying())) expect(Date.now()).toBeLessThan(deadline);
    await terminal.hangUp();
    const archived = join(place.sessions, '.archive', session, 'receipt.json');
    // Still at work when the terminal went: nothing of it was over by then.
    expect(existsSync(archived)).toBe(false);
    while (!existsSync(archived)) {
      expect(Date.now()).toBeLessThan(deadline);
      await sleep(200);
    }
    expect(await leftInClouds(place, session)).toEqual([]);
  });
});
