import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TerraformMessage } from '../../src/core/terraform.ts';
import { acquireCacheLock } from '../../src/terraform/cache-lock.ts';
import { identityOf } from '../../src/terraform/process-identity.ts';
import { buildOutsideProgram, startOutside } from '../support/terraform/outside-process.ts';
import { temporaryFolder } from '../support/terraform/stack-folder.ts';

let program: string;
let file: string;
beforeEach(async () => {
  program = await buildOutsideProgram();
  file = join(await temporaryFolder(), 'plugins.lock');
});

function waiter(limitMs?: number) {
  const messages: TerraformMessage[] = [];
  const abort = new AbortController();
  return { messages, abort, options: { signal: abort.signal, onMessage: (message: TerraformMessage) => messages.push(message), limitMs } };
}

describe('the lock around init', () => {
  it('lets one process in at a time, also right after a holder died', async () => {
    const counter = join(dirname(file), 'counter');
    await writeFile(counter, '0');
    const dead = startOutside(program, { do: 'hold-lock', file, holdMs: 60_000 });
    await dead.printed('locked');
    const workers = [1, 2, 3].map(() => startOutside(program, { do: 'count-up', lock: file, counter, times: 8 }));
    await sleep(300);
    dead.child.kill('SIGKILL');
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(await readFile(counter, 'utf8')).toBe('24');
    expect(await readdir(dirname(file))).toEqual(['counter']);
  });

  it('says after two seconds for whom it waits, and only then', async () => {
    const holder = startOutside(program, { do: 'hold-lock', file, holdMs: 60_000 });
    await holder.printed('locked');
    const { options, messages } = waiter();
    const acquiring = acquireCacheLock(file, options);
    await sleep(1_500);
    expect(messages).toEqual([]);
    await vi.waitFor(() => expect(messages).toHaveLength(1), 60_000);
    holder.child.kill('SIGKILL');
    await (await acquiring)?.release();
    expect(messages).toEqual([{ kind: 'log', level: 'info', message: expect.stringContaining(`process ${holder.pid}`) }]);
  });

  it('stays held while the terraform of its dead holder runs on', async () => {
    const terraform = startOutside(program, { do: 'hold-lock', file: `${file}.other`, holdMs: 60_000 });
    await terraform.printed('locked');
    const content = { host: (await import('node:os')).hostname(), holders: [{ pid: process.pid, startTime: '1' }, identityOf(terraform.pid)] };
    await writeFile(file, JSON.stringify(content));
    const early = waiter();
    setTimeout(() => early.abort.abort(), 400);
    expect(await acquireCacheLock(file, early.options)).toBeNull();
    terraform.child.kill('SIGKILL');
    await terraform.ended;
    const lock = await acquireCacheLock(file, waiter().options);
    expect(lock).not.toBeNull();
    await lock!.addHolder(identityOf(process.pid)!);
    expect(JSON.parse(await readFile(file, 'utf8')).holders).toHaveLength(2);
    await lock!.release();
  });

  it('gives up after the limit, naming the holder and the way out', async () => {
    const lock = await acquireCacheLock(file, waiter().options);
    await expect(acquireCacheLock(file, waiter(250).options)).rejects.toMatchObject({
      problem: { kind: 'conflict', summary: expect.stringContaining(`process ${process.pid}`), hint: expect.stringContaining(file), retryable: true },
    });
    await lock!.release();
  });

  it('respects another computer for ten minutes, and a half-written file for seconds', async () => {
    for (const [content, ageSeconds] of [
      [JSON.stringify({ host: 'elsewhere', holders: [{ pid: 1, startTime: '1' }] }), 700],
      ['{"host":', 30],
      ['', 30],
    ] as const) {
      await writeFile(file, content);
      await expect(acquireCacheLock(file, waiter(250).options)).rejects.toMatchObject({ problem: { kind: 'conflict' } });
      const then = new Date(Date.now() - ageSeconds * 1_000);
      await utimes(file, then, then);
      await (await acquireCacheLock(file, waiter(2_000).options))!.release();
    }
  });
});
