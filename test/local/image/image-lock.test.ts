import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors.ts';
import { withImageLock } from '../../../src/local/image/image-lock.ts';
import { thisComputer } from '../../../src/platform/computer-identity.ts';
import { processStartTime } from '../../../src/platform/process-identity.ts';

let place: string;
let file: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'labtui-lock-'));
  file = join(place, 'x.lock');
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const options = { signal: new AbortController().signal, pollMs: 5 };

describe("an image's lock", () => {
  it('lets one work after the other, and leaves nothing', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await sleep(10);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withImageLock(file, options, work)));
    expect(most).toBe(1);
    expect(readdirSync(place)).toEqual([]);
  });

  it('is given back after a failure', async () => {
    await expect(withImageLock(file, options, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(place)).toEqual([]);
  });

  it('of a dead process is taken over at once, by one alone', async () => {
    const child = execa('sleep', ['60'], { reject: false });
    const pid = child.pid ?? 0;
    const { boot, pidSpace } = thisComputer();
    const holder = JSON.stringify({ token: 't', pid, startTime: processStartTime(pid), boot, pidSpace });
    child.kill('SIGKILL');
    await child;
    for (let round = 0; round < 20; round += 1) {
      writeFileSync(file, holder);
      let inside = 0;
      const work = async (): Promise<number> => {
        const now = (inside += 1);
        await sleep(2);
        inside -= 1;
        return now;
      };
      expect(await Promise.all(Array.from({ length: 4 }, () => withImageLock(file, options, work)))).toEqual([1, 1, 1, 1]);
    }
  });

  it('of a living process is waited for, and named', async () => {
    const child = execa('sleep', ['60'], { reject: false });
    const pid = child.pid ?? 0;
    const { boot, pidSpace } = thisComputer();
    writeFileSync(file, JSON.stringify({ token: 't', pid, startTime: processStartTime(pid), boot, pidSpace }));
    const told: string[] = [];
    const waiting = withImageLock(file, { ...options, silentMs: 10, onWait: (by) => told.push(by) }, () => Promise.resolve('done'));
    await expect.poll(() => told).toEqual([`process ${pid}`]);
    child.kill('SIGKILL');
    await child;
    expect(await waiting).toBe('done');
  });

  it('of a process that cannot be asked is given up only after a silence', async () => {
    const elsewhere = JSON.stringify({ token: 't', pid: 1, startTime: '1', boot: 'another boot', pidSpace: 'pid:[1]' });
    writeFileSync(file, elsewhere);
    const beat = setInterval(() => utimesSync(file, new Date(), new Date()), 20);
    let done = false;
    const waiting = withImageLock(file, { ...options, silentMs: 1_500 }, () => Promise.resolve((done = true)));
    await sleep(2_000);
    expect(done).toBe(false);
    clearInterval(beat);
    await waiting;
    expect(done).toBe(true);
  });

  it('is not waited for after an interrupt', async () => {
    const { boot, pidSpace } = thisComputer();
    writeFileSync(file, JSON.stringify({ token: 't', pid: process.pid, startTime: processStartTime(process.pid), boot, pidSpace }));
    const stop = new AbortController();
    setTimeout(() => stop.abort('SIGTERM'), 20);
    await expect(withImageLock(file, { ...options, signal: stop.signal }, () => Promise.resolve())).rejects.toSatisfy((error) => error instanceof LabError && error.exitCode === 143);
  });
});
