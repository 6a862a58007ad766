import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TerraformMessage } from '../../src/core/terraform.ts';
import { isAlive } from '../../src/terraform/process-identity.ts';
import { findRunning, settleRunning } from '../../src/terraform/running.ts';
import { readState } from '../../src/terraform/state.ts';
import { fakeTerraform } from '../support/terraform/fake-terraform.ts';
import { buildOutsideProgram, type OutsideProcess, startOutside } from '../support/terraform/outside-process.ts';
import { builtinConfiguration, recordedCall, stackFolder, temporaryFolder, terraformWith, whyNoTerraform } from '../support/terraform/stack-folder.ts';

let program: string;
beforeEach(async () => {
  program = await buildOutsideProgram();
});

async function outside(command: 'apply' | 'destroy', directory: string, terraformBin: string | null): Promise<OutsideProcess> {
  return startOutside(program, { do: 'terraform', command, directory, cacheDir: await temporaryFolder(), terraformBin });
}

async function settle(directory: string, signal = new AbortController().signal): Promise<{ settled: boolean; said: string }> {
  const messages: TerraformMessage[] = [];
  const settled = await settleRunning(directory, { signal, onMessage: (message) => messages.push(message), now: () => new Date() });
  return { settled, said: messages.map((message) => (message.kind === 'log' ? message.message : '')).join('\n') };
}

describe('the terraform of a labtui that died', () => {
  it('gets one SIGINT and no second one, whoever finds it', async () => {
    const fake = await fakeTerraform({ stdout: ['started'], lingerMs: 5_000 });
    const directory = await stackFolder({});
    const labtui = await outside('apply', directory, fake.binary);
    await labtui.printed('started');
    // Written down a moment after its start.
    await vi.waitFor(() => access(join(directory, '.labtui', 'running.json')), 60_000);
    expect(await findRunning(directory)).toBeNull();
    await expect(settle(directory)).rejects.toMatchObject({ problem: { kind: 'conflict' } });
    labtui.child.kill('SIGKILL');
    await labtui.ended;

    const orphan = await findRunning(directory);
    expect(orphan).toMatchObject({ command: 'apply', interruptedAt: null });
    const impatient = new AbortController();
    setTimeout(() => impatient.abort(), 300);
    expect((await settle(directory, impatient.signal)).settled).toBe(false);
    expect(isAlive(orphan!)).toBe(true);
    expect(await findRunning(directory)).toMatchObject({ interruptedAt: expect.any(String) });

    // The next labtui's own call waits for it, too, before it starts anything.
    const terraform = await terraformWith({ terraformBin: fake.binary });
    await fake.behave({});
    expect(await terraform.destroy(recordedCall(directory).call)).toMatchObject({ ok: true });
    expect((await fake.runs()).map(({ argv, signals }) => [argv[0], signals])).toEqual([
      ['apply', ['SIGINT']],
      ['destroy', []],
    ]);
    expect(await findRunning(directory)).toBeNull();
  });

  it('is found by where it works when labtui died before it could write it down', async () => {
    const fake = await fakeTerraform({ stdout: ['started'], lingerMs: 1_000 });
    const directory = await stackFolder({});
    const labtui = await outside('apply', directory, fake.binary);
    await labtui.printed('started');
    labtui.child.kill('SIGKILL');
    await labtui.ended;
    await rm(join(directory, '.labtui', 'running.json'), { force: true });

    const orphan = await findRunning(directory);
    expect(orphan).toMatchObject({ command: 'apply', interruptedAt: null });
    expect(await settle(directory)).toMatchObject({ settled: true, said: expect.stringContaining('it is interrupted') });
    expect(isAlive(orphan!)).toBe(false);
    expect((await fake.runs()).map(({ argv, signals }) => [argv[0], signals])).toEqual([['apply', ['SIGINT']]]);
    expect(await findRunning(directory)).toBeNull();
  });

  it('is left to finish when it is a destroy', async () => {
    const fake = await fakeTerraform({ stdout: ['started'], lingerMs: 100 });
    const directory = await stackFolder({});
    const labtui = await outside('destroy', directory, fake.binary);
    await labtui.printed('started');
    labtui.child.kill('SIGKILL');
    await labtui.ended;
    const orphan = (await findRunning(directory))!;
    const settling = settle(directory);
    await sleep(600);
    expect(isAlive(orphan)).toBe(true);
    process.kill(orphan.pid, 'SIGTERM');
    const { settled, said } = await settling;
    expect(settled).toBe(true);
    expect(said).toContain('waiting for it to finish');
    expect((await fake.runs())[0]!.signals).toEqual(['SIGTERM']);
  });

  it('is not mistaken for a later process with the same number, nor looked for in rubbish', async () => {
    const directory = await stackFolder({});
    const fake = await fakeTerraform();
    const terraform = await terraformWith({ terraformBin: fake.binary });
    await terraform.destroy(recordedCall(directory).call);
    const running = join(directory, '.labtui', 'running.json');
    const record = { pid: process.pid, startTime: '1', command: 'apply', startedAt: '', interruptedAt: null, owner: { pid: 1, startTime: '1' } };
    for (const content of [JSON.stringify(record), '{"pid":', '{}']) {
      await writeFile(running, content);
      expect(await findRunning(directory)).toBeNull();
      expect(await settle(directory)).toEqual({ settled: true, said: '' });
    }
  });

  it('hears nothing of the Ctrl-C that labtui hears three times', async () => {
    const fake = await fakeTerraform({ stdout: ['started'], lingerMs: 5_000, exitCode: 1 });
    const labtui = await outside('apply', await stackFolder({}), fake.binary);
    await labtui.printed('started');
    const heard = () => labtui.output().match(/"signal"/g)?.length ?? 0;
    for (const [before, signal] of (['SIGINT', 'SIGINT', 'SIGTERM', 'SIGINT'] as const).entries()) {
      // To the whole process group, as a terminal does. The system makes one of two that were not heard yet.
      process.kill(-labtui.pid, signal);
      await vi.waitFor(() => expect(heard()).toBe(before + 1), 60_000);
    }
    expect(await labtui.ended).toBe(0);
    expect(labtui.output()).toContain('"interrupted":true');
    expect(heard()).toBe(4);
    expect((await fake.runs())[0]!.signals).toEqual(['SIGINT']);
  });
});

const missing = whyNoTerraform();
describe.skipIf(missing !== null)(`the same with the real terraform${missing === null ? '' : ` (${missing})`}`, () => {
  it('outlives kill -9 of labtui, is settled with its state saved, and is destroyed', async () => {
    const directory = await stackFolder(builtinConfiguration(25));
    const terraform = await terraformWith();
    await terraform.init(recordedCall(directory).call);
    const labtui = await outside('apply', directory, null);
    await labtui.printed('"address":"terraform_data.a","action":"create","status":"complete"');
    await labtui.printed('"address":"terraform_data.slow","action":"create","status":"started"');
    labtui.child.kill('SIGKILL');
    await labtui.ended;
    expect(await findRunning(directory)).toMatchObject({ command: 'apply' });

    expect((await settle(directory)).settled).toBe(true);
    const output = await readFile(join(directory, '.labtui', 'apply.ndjson'), 'utf8');
    expect(output).toContain('Interrupt received');
    expect(output).not.toContain('Two interrupts');
    const state = await readState(join(directory, 'terraform.tfstate'));
    expect(state.kind === 'ok' && state.resources.map(({ address }) => address)).toContain('terraform_data.a');
    expect(await terraform.destroy(recordedCall(directory).call)).toMatchObject({ ok: true });
  });
});
