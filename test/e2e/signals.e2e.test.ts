import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { models } from '../../src/rehearsal/clouds.ts';
import { openWorld } from '../../src/rehearsal/engine/disk-world.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { bundle, createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { leftInClouds, resultOf, writeLab } from '../support/rehearsal.ts';
import { missingTerminal, openTerminal, type TerminalEmulator, type TerminalOptions } from '../support/terminal-emulator.ts';
import { type Working, workingBelow } from '../support/working-below.ts';

const skip = skipLoudly('signals in a terminal, with the real Terraform', (await missingTerminal()) ?? (await missingTools(['terraform'])));

const speed = 20;
let slowed = 0;
/** A fault that slows the calls of an operation down for so many seconds here, and by whose words it is known again. */
function slow(operation: string, seconds: number): string {
  slowed += 1;
  return `slow,operation=${operation},for=${seconds * speed + slowed}s`;
}
/** No process of a session goes on for longer after labtui has gone and the cloud has answered. */
const lingersMs = 60_000;

let place: Workplace;
const open: TerminalEmulator[] = [];

/** A session of the name, as soon as there is one. */
const sessionNamed = (name: string): string | undefined => (existsSync(place.sessions) ? readdirSync(place.sessions).find((entry) => entry.startsWith(`${name}-`)) : undefined);
const stackOf = (session: string): string => join(place.sessions, session, 'stacks/aws');
const outputOf = (session: string, command: 'apply' | 'destroy' | 'plan'): string => readIfThere(join(stackOf(session), '.labtui', `${command}.ndjson`));
const readIfThere = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const count = (text: string, part: string): number => text.split(part).length - 1;

async function until(what: string, isSo: () => boolean | Promise<boolean>, timeoutMs = 120_000): Promise<void> {
  for (const deadline = performance.now() + timeoutMs; !(await isSo()); ) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(100);
  }
}

/** Terraform is at work on the machine, and the cloud is slow to answer: something is under way that a second interrupt would lose. */
async function untilSlowed(fault: string): Promise<void> {
  const world = await openWorld(join(place.sessions, '.rehearsal'), { models });
  await until('the slow call', () => world.read(({ faults }) => faults.some(({ fault: { spec }, hits }) => spec === fault && hits > 0)));
}

interface Launch {
  readonly words: readonly string[];
  /** Resolves to the session as soon as its machine is being launched. */
  readonly underWay: () => Promise<string>;
}

/** An apply whose launch takes so many seconds. */
function slowApply(name: string, seconds: number): Launch {
  const fault = slow('RunInstances', seconds);
  const underWay = async (): Promise<string> => {
    await until('terraform apply', () => outputOf(sessionNamed(name) ?? '', 'apply') !== '');
    await untilSlowed(fault);
    return sessionNamed(name) ?? '';
  };
  return { words: [...applyWords(name), '--fault', fault], underWay };
}

const applyWords = (name: string): readonly string[] => ['apply', '--profile', writeLab(place, { name, cloud: 'aws' }), '--rehearse', '-y'];

async function terminalWith(args: readonly string[], options?: TerminalOptions): Promise<TerminalEmulator> {
  const terminal = await openTerminal(place, args, { columns: 120, rows: 30, ...options });
  open.push(terminal);
  return terminal;
}

/** Terraform was interrupted once, and came to its own end. */
function expectOneInterrupt(session: string, command: 'apply' | 'destroy' = 'apply'): void {
  const output = outputOf(session, command);
  expect(count(output, 'Interrupt received')).toBe(1);
  expect(output).not.toContain('Two interrupts');
}

/** Nothing of the session runs on, its state can be read, and the next destroy brings it to zero. */
async function expectNothingLeft(session: string): Promise<void> {
  await until(`the end of all processes of ${session}`, () => workingBelow(join(place.sessions, session)).length === 0, lingersMs);
  const state = readIfThere(join(stackOf(session), 'terraform.tfstate'));
  if (state !== '') expect(() => JSON.parse(state) as unknown).not.toThrow();
  const destroyed = await place.run(['destroy', session, '-y']);
  expect(destroyed.exitCode, destroyed.stderr).toBe(0);
  expect(await leftInClouds(place, session)).toEqual([]);
}

function signalTo({ pid }: Pick<Working, 'pid'>, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** Failures that labtui did not foresee. */
const bugs = (): string => readIfThere(join(place.home, '.local/state/labtui/bugs.log'));

const waiting = 'terraform apply is asked to stop; waiting until what it has begun is over and its state is saved';

beforeAll(() => {
  place = createWorkplace({ LABTUI_REHEARSAL_SPEED: String(speed) });
});
afterAll(async () => {
  for (const terminal of open) await terminal.close();
  place.remove();
});

describe.skipIf(skip).concurrent('a signal while Terraform makes a machine, in a terminal', () => {
  it.each([
    ['once', 130, async (terminal: TerminalEmulator) => terminal.send('ctrl-c')],
    ['twice', 130, async (terminal: TerminalEmulator) => {
      await terminal.send('ctrl-c');
      await terminal.waitFor(() => terminal.raw.includes(waiting));
      await terminal.send('ctrl-c');
      await terminal.waitFor(() => terminal.raw.includes('still stopping'));
    }],
    ['in a storm of 20, with other signals among them', 130, async (terminal: TerminalEmulator) => {
      await terminal.send('ctrl-c');
      // Of two that it has not heard yet, the system may deliver the later one first.
      await terminal.waitFor(() => terminal.raw.includes(waiting));
      const startMs = performance.now();
      for (let number = 1; number < 20; number += 1) {
        await sleep(20);
        if (number % 4 === 0) process.kill(terminal.pid, number % 8 === 0 ? 'SIGTERM' : 'SIGHUP');
        else await terminal.send('ctrl-c');
      }
      await terminal.waitFor(() => terminal.raw.includes('still stopping'));
      // Once in a second at most, however often it is asked.
      expect(count(terminal.raw, 'still stopping')).toBeLessThan(4 + (performance.now() - startMs) / 1_000);
    }],
    ['SIGTERM', 143, (terminal: TerminalEmulator) => Promise.resolve(process.kill(terminal.pid, 'SIGTERM'))],
  ] as const)('%s: one interrupt for Terraform and time to finish, exit %d', async (what, exitCode, press) => {
    const name = `s-${what.split(' ', 3).join('-').toLowerCase()}`;
    const { words, underWay } = slowApply(name, 10);
    const terminal = await terminalWith(words);
    const session = await underWay();
    await press(terminal);
    // It may have scrolled away, or the moving lines may have gone over it.
    await terminal.waitFor(() => terminal.raw.includes(waiting));
    expect(await terminal.ended()).toEqual({ exitCode, signal: 0 });
    expectOneInterrupt(session);
    expect(terminal.history().join('\n')).toContain(`labtui destroy ${session}`);
    await expectNothingLeft(session);
  });

  it('the terminal is closed: the same, though there is nobody left to tell', async () => {
    const { words, underWay } = slowApply('s-closed', 10);
    const terminal = await terminalWith(words);
    const session = await underWay();
    await terminal.hangUp();
    expectOneInterrupt(session);
    expect(readIfThere(join(place.sessions, session, 'events.ndjson'))).toContain('"exitCode":143');
    expect(bugs()).toBe('');
    await expectNothingLeft(session);
  });

  it('the shell that labtui runs under is killed: the same', async () => {
    const { words, underWay } = slowApply('s-orphan', 10);
    const shell = await terminalWith(['--norc', '--noprofile', '-i'], { program: 'bash', env: { PS1: 'shell% ', LABTUI: `${process.execPath} ${bundle}` } });
    await shell.waitFor('shell% ');
    shell.type(`$LABTUI ${words.join(' ')}\r`);
    const session = await underWay();
    process.kill(shell.pid, 'SIGKILL');
    await shell.ended();
    await until('its result', () => readIfThere(join(place.sessions, session, 'events.ndjson')).includes('"type":"result"'));
    expectOneInterrupt(session);
    expect(bugs()).toBe('');
    await expectNothingLeft(session);
  });

  it("a CI runner's escalation, INT, TERM after 7.5 s, KILL of the whole tree after 10 s: the next command repairs", async () => {
    const { words, underWay } = slowApply('s-runner', 20);
    const run = place.start([...words, '--json']);
    const session = await underWay();
    const tree = (): readonly Working[] => workingBelow(join(place.sessions, session));
    run.kill('SIGINT');
    await sleep(7_500);
    run.kill('SIGTERM');
    await sleep(2_500);
    // All three mattered: Terraform is still at it.
    expect(tree().length).toBeGreaterThan(0);
    const all = tree();
    run.kill('SIGKILL');
    for (const one of all) signalTo(one, 'SIGKILL');
    const { stdout, signal } = await run;
    expect(signal).toBe('SIGKILL');
    expect(stdout).toContain(waiting);
    expectOneInterrupt(session);
    await expectNothingLeft(session);
  });
});

describe.skipIf(skip).concurrent('Ctrl-C in other phases, in a terminal', () => {
  it('before anything was created: exit 130, and there is nothing to destroy', async () => {
    const terminal = await terminalWith(applyWords('s-early'));
    await terminal.waitFor(/validating|terraform (init|plan)|looking/i);
    await terminal.send('ctrl-c');
    expect(await terminal.ended()).toEqual({ exitCode: 130, signal: 0 });
    const session = sessionNamed('s-early');
    if (session !== undefined) await expectNothingLeft(session);
  });

  it('in a destroy: one interrupt, exit 130, and the next destroy goes on', async () => {
    const session = resultOf(await place.run([...applyWords('s-destroy'), '--json'])).session ?? '';
    const fault = slow('TerminateInstances', 10);
    const terminal = await terminalWith(['destroy', session, '-y', '--fault', fault]);
    await untilSlowed(fault);
    await terminal.send('ctrl-c');
    await terminal.waitFor(() => terminal.raw.includes('terraform destroy is asked to stop'));
    expect(await terminal.ended()).toEqual({ exitCode: 130, signal: 0 });
    expectOneInterrupt(session, 'destroy');
    await expectNothingLeft(session);
  });
});
