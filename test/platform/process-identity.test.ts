import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isSameProcess, processStartTime } from '../../src/platform/process-identity.ts';

describe('the identity of a process', () => {
  it('is one for its whole life, another for another process, and none afterwards', async () => {
    const mine = processStartTime(process.pid);
    expect(mine).toMatch(/\d/);
    expect(processStartTime(process.pid)).toBe(mine);
    expect(isSameProcess(process.pid, mine)).toBe(true);
    expect(isSameProcess(process.pid, `${mine ?? ''}0`)).toBe(false);

    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const pid = child.pid!;
    const born = processStartTime(pid);
    expect(born).not.toBeNull();
    expect(isSameProcess(pid, born)).toBe(true);
    expect(isSameProcess(pid, null)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processStartTime(pid)).toBeNull();
    expect(isSameProcess(pid, born)).toBe(false);
    expect(isSameProcess(pid, null)).toBe(false);
  });

  it('is another one after a restart of the system, whatever the count; what an older labtui wrote is understood', () => {
    const mine = processStartTime(process.pid) ?? '';
    const [ticks, boot] = mine.split('@');
    expect(boot !== undefined).toBe(process.platform === 'linux');
    if (boot === undefined) return;
    expect(isSameProcess(process.pid, `${ticks}@00000000-0000-0000-0000-000000000000`)).toBe(false);
    expect(isSameProcess(process.pid, ticks ?? '')).toBe(true);
    expect(isSameProcess(process.pid, `${Number(ticks) + 1}`)).toBe(false);
  });

  it('is none for what is no process', () => {
    for (const pid of [0, -1, 1.5, Number.NaN, 4_194_999]) {
      expect(processStartTime(pid)).toBeNull();
      expect(isSameProcess(pid, null)).toBe(false);
    }
  });

  it('is none for a zombie, which runs no more though its number is taken', async () => {
    // The shell's child ends at once and is never waited for: exec puts sleep in the shell's place.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const zombie = Number(String(text).trim());
    while (processStartTime(zombie) !== null) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isSameProcess(zombie, null)).toBe(process.platform === 'linux');
    expect(isSameProcess(zombie, '1')).toBe(false);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  });
});
