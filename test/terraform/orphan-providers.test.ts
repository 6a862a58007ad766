import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { TerraformMessage } from '../../src/core/terraform.ts';
import { processesIn } from '../../src/platform/processes-in.ts';
import { settleRunning } from '../../src/terraform/running.ts';
import { stackFolder } from '../support/terraform/stack-folder.ts';

const program = '.terraform/providers/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5';
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(cwd: string, file: string, args: readonly string[], argv0 = file): ChildProcess {
  const child = spawn(file, args, { cwd, argv0, stdio: 'ignore' });
  started.push(child);
  return child;
}

async function settle(directory: string): Promise<string> {
  const messages: TerraformMessage[] = [];
  const settled = await settleRunning(directory, { signal: new AbortController().signal, onMessage: (message) => messages.push(message), now: () => new Date() });
  expect(settled).toBe(true);
  return messages.map((message) => (message.kind === 'log' ? message.message : '')).join('\n');
}

const seen = (directory: string, argv0: string): Promise<unknown> => expect.poll(() => processesIn(directory).map(({ words }) => words[0])).toContain(argv0);

describe('a provider whose Terraform was killed', () => {
  it('is ended before anything else runs there, and it is said', async () => {
    const directory = await stackFolder({});
    const orphan = start(directory, 'sleep', ['60'], program);
    await seen(directory, program);
    const ended = once(orphan, 'exit');
    expect(await settle(directory)).toContain(`process ${orphan.pid}`);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(await settle(directory)).toBe('');
  });

  it('is killed where it does not listen', async () => {
    const directory = await stackFolder({});
    const deaf = start(directory, 'sh', ['-c', `trap '' TERM; while :; do sleep 1; done`], program);
    await seen(directory, program);
    // Until the trap is set.
    await expect.poll(() => processesIn(directory).some(({ parent }) => parent === deaf.pid)).toBe(true);
    const ended = once(deaf, 'exit');
    await settle(directory);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('is left alone while its Terraform lives, and so is everything that is no provider', async () => {
    const directory = await stackFolder({});
    const child = `require('node:child_process').spawn('sleep', ['60'], { argv0: '${program}', stdio: 'ignore' }); setInterval(() => {}, 1000)`;
    const terraform = start(directory, process.execPath, ['-e', child, 'plan']);
    const other = start(directory, 'sleep', ['60']);
    await seen(directory, program);
    expect(await settle(directory)).toBe('');
    const provider = processesIn(directory).find(({ words }) => words[0] === program);
    expect(provider?.parent).toBe(terraform.pid);
    expect(other.exitCode ?? other.signalCode).toBeNull();
    if (provider !== undefined) process.kill(provider.pid, 'SIGKILL');
  });
});
