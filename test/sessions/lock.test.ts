import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabEventBody } from '../../src/core/events.ts';
import { processStartTime } from '../../src/platform/process-identity.ts';
import { createSessionStore } from '../../src/sessions/store.ts';
import { buildChild, ended, runChild, start } from './children/build-child.ts';
import { sampleRecord } from './sample-record.ts';

let root: string;
const id = 'fedora-aws-abc234';
const noon = new Date('2026-05-01T12:00:00Z');
const lockFile = (): string => join(root, id, '.lock');

/** A store that waits 300 ms for a lock, unless told otherwise, and tells after 100 ms. */
function storeOf({ hostName = 'here', pid = process.pid, waitMs = 300 }: { readonly hostName?: string; readonly pid?: number; readonly waitMs?: number } = {}) {
  return createSessionStore({ root, now: () => noon, hostName, pid, lockTimes: { waitMs, noticeMs: 100, pollMs: 10 } });
}
const patient = 60_000;

/** Collects what a lock call says. */
function ear(): { emit: (body: LabEventBody) => void; heard: string[] } {
  const heard: string[] = [];
  return { emit: (body) => heard.push(body.type === 'log' ? `${body.level}: ${body.message}` : body.type), heard };
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'labtui-lock-'));
  await storeOf().create(sampleRecord());
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a session that another labtui works on', () => {
  it('is waited for, with a word after a while, then refused by its name; free when released', async () => {
    const first = await storeOf().lock(id, 'destroy', () => undefined);
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({
      pid: process.pid,
      startTime: processStartTime(process.pid),
      host: 'here',
      purpose: 'destroy',
      since: noon.toISOString(),
    });
    const { emit, heard } = ear();
    await expect(storeOf({ waitMs: 5_000 }).lock(id, 'apply', emit)).rejects.toMatchObject({
      problem: {
        kind: 'conflict',
        summary: `session ${id} is in use by labtui (pid ${process.pid}, destroy) since ${noon.toISOString()}`,
        hint: expect.stringContaining(`kill -INT ${process.pid}`),
      },
    });
    expect(heard).toEqual([`info: waiting for labtui (pid ${process.pid}, destroy) to finish with ${id}`]);

    const waiting = storeOf({ waitMs: patient }).lock(id, 'apply', () => undefined);
    await first.release();
    const second = await waiting;
    await first.release();
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ purpose: 'apply' });
    await second.release();
    expect(readdirSync(join(root, id)).sort()).toEqual(['backups', 'session.json', 'ssh', 'stacks']);
  });

  it('is locked in the archive when the other one ended it meanwhile, and cannot be locked once it is gone', async () => {
    const destroying = await storeOf().lock(id, 'destroy', () => undefined);
    const waiting = storeOf({ waitMs: patient }).lock(id, 'destroy', () => undefined);
    await storeOf().archive(id);
    await destroying.release();
    const late = await waiting;
    expect(await storeOf().resolve(id, { archived: true })).toEqual({ id, archived: true });
    await late.release();
    expect(readdirSync(join(root, '.archive', id)).sort()).toEqual(['backups', 'session.json', 'ssh', 'stacks']);
    rmSync(join(root, '.archive', id), { recursive: true });
    await expect(storeOf().lock(id, 'apply', () => undefined)).rejects.toMatchObject({ problem: { kind: 'not-found' } });
  });
});

describe("a lock's holder", () => {
  const held = (changes: object): string =>
    JSON.stringify({ token: 'abcdef012345', pid: process.pid, startTime: processStartTime(process.pid), host: 'here', purpose: 'apply', since: noon.toISOString(), ...changes });

  it('that is dead loses it, also when its number is another process now, and the next one says so', async () => {
    for (const dead of [{ pid: 4_194_999, startTime: '1' }, { startTime: 'earlier' }]) {
      writeFileSync(lockFile(), held(dead));
      const { emit, heard } = ear();
      const lock = await storeOf().lock(id, 'destroy', emit);
      expect(heard).toHaveLength(1);
      expect(heard[0]).toMatch(/^warn: labtui \(pid \d+, apply\) ended without releasing fedora-aws-abc234/);
      await lock.release();
      expect(readdirSync(join(root, id)).sort()).toEqual(['backups', 'session.json', 'ssh', 'stacks']);
    }
  });

  it('on another computer keeps it for 24 hours, and the message says what to do', async () => {
    writeFileSync(lockFile(), held({ host: 'elsewhere', pid: 1, startTime: 'x', since: new Date(noon.getTime() - 23 * 3_600_000).toISOString() }));
    await expect(storeOf().lock(id, 'apply', () => undefined)).rejects.toMatchObject({
      problem: { kind: 'conflict', summary: expect.stringContaining('pid 1 on elsewhere, apply'), hint: expect.stringContaining(lockFile()) },
    });
    writeFileSync(lockFile(), held({ host: 'elsewhere', since: new Date(noon.getTime() - 25 * 3_600_000).toISOString() }));
    await (await storeOf().lock(id, 'apply', () => undefined)).release();
  });

  it('that wrote nothing into it keeps it for a moment only', async () => {
    writeFileSync(lockFile(), '');
    const later = createSessionStore({
      root,
      now: () => new Date(Date.now() + 11_000),
      hostName: 'here',
      pid: process.pid,
      lockTimes: { waitMs: 100, pollMs: 10 },
    });
    const now = createSessionStore({ root, now: () => new Date(), hostName: 'here', pid: process.pid, lockTimes: { waitMs: 100, pollMs: 10 } });
    await expect(now.lock(id, 'apply', () => undefined)).rejects.toMatchObject({ problem: { kind: 'conflict' } });
    await (await later.lock(id, 'apply', () => undefined)).release();
  });

  it('that died between being the successor and taking the place is succeeded in turn', async () => {
    writeFileSync(lockFile(), held({ startTime: 'earlier', token: 'aaaaaaaa' }));
    writeFileSync(join(root, id, '.lock.after-aaaaaaaa'), held({ startTime: 'earlier', token: 'bbbbbbbb', purpose: 'extend' }));
    const { emit, heard } = ear();
    const lock = await storeOf().lock(id, 'destroy', emit);
    expect(heard[0]).toContain('extend) ended without releasing');
    await lock.release();
    expect(readdirSync(join(root, id)).sort()).toEqual(['backups', 'session.json', 'ssh', 'stacks']);

    writeFileSync(lockFile(), held({ startTime: 'earlier', token: 'aaaaaaaa' }));
    writeFileSync(join(root, id, '.lock.after-aaaaaaaa'), held({ token: 'bbbbbbbb', purpose: 'extend' }));
    await expect(storeOf().lock(id, 'apply', () => undefined)).rejects.toMatchObject({
      problem: { summary: expect.stringContaining('extend') },
    });
  });
});

describe('a lock from another start of the system, or another container', () => {
  const boot = (name: string, pidSpace = 'pid:[1]', machine: string | null = 'm') => ({ boot: name, pidSpace, machine });
  const storeOn = (computer: ReturnType<typeof boot>, { hostName = 'here', now = () => noon, waitMs = 250, beatMs = 60_000 } = {}) =>
    createSessionStore({ root, now, hostName, pid: process.pid, computer, lockTimes: { waitMs, noticeMs: 10_000, pollMs: 5, beatMs } });
  const lockBy = (computer: ReturnType<typeof boot> | undefined, changes: object = {}): void =>
    writeFileSync(lockFile(), JSON.stringify({ token: 'abcdef012345', pid: process.pid, startTime: processStartTime(process.pid), host: 'here', purpose: 'apply', since: noon.toISOString(), computer, ...changes }));
  const taken = async (store: ReturnType<typeof storeOn>): Promise<boolean> => {
    const lock = await store.lock(id, 'destroy', () => undefined).catch((error: unknown) => error as { problem: { kind: string; hint: string; summary: string } });
    if (!('release' in lock)) {
      expect(lock.problem.kind).toBe('conflict');
      return false;
    }
    await lock.release();
    return true;
  };

  it('is dead after a restart, though its number and its ticks are a living process now', async () => {
    lockBy(boot('first'));
    expect(await taken(storeOn(boot('first')))).toBe(false);
    expect(await taken(storeOn(boot('second')))).toBe(true);
    // A computer that is only called the same is not asked.
    lockBy(boot('first', 'pid:[1]', 'another machine'));
    expect(await taken(storeOn(boot('second')))).toBe(false);
  });

  it('lives where its process lives, also when the computer got another name meanwhile', async () => {
    lockBy(boot('first'), { host: 'before-dhcp' });
    expect(await taken(storeOn(boot('first')))).toBe(false);
    lockBy(boot('first'), { host: 'before-dhcp', startTime: '1@first' });
    expect(await taken(storeOn(boot('first')))).toBe(true);
  });

  it('of another container is never judged by process numbers, which mean nothing here', async () => {
    lockBy(boot('first', 'pid:[2]'), { startTime: '1@first', beatMs: 10 });
    const refused = await storeOn(boot('first', 'pid:[1]')).lock(id, 'destroy', () => undefined).catch((error: unknown) => error);
    expect(refused).toMatchObject({ problem: { kind: 'conflict', summary: expect.stringContaining('in another container'), hint: expect.stringContaining('10 min without a sign of life') } });
  });

  it('that cannot be asked is taken over when it has long been silent and stays so, whatever the clock says', async () => {
    const elsewhere = boot('first', 'pid:[2]');
    const inTenMinutes = (): Date => new Date(Date.now() + 11 * 60_000);
    lockBy(elsewhere, { beatMs: 20 });
    // Young: it may be a computer that sleeps for a moment.
    expect(await taken(storeOn(boot('first'), { now: () => new Date() }))).toBe(false);
    // Old by the clock, and still for longer than two and a half beats.
    expect(await taken(storeOn(boot('first'), { now: inTenMinutes }))).toBe(true);
    // The clock was set forward by a day, and the holder is well: its signs are seen.
    const holder = await storeOn(elsewhere, { beatMs: 2_000 }).lock(id, 'apply', () => undefined);
    expect(await taken(storeOn(boot('first'), { now: () => new Date(Date.now() + 86_400_000), waitMs: 6_500 }))).toBe(false);
    // And set back it steals nothing either.
    expect(await taken(storeOn(boot('first'), { now: () => new Date(0) }))).toBe(false);
    await holder.release();
    expect(await taken(storeOn(boot('first')))).toBe(true);
  });

  it('that says nothing and is of the future, as after a dead clock battery, is given up after a while of watching', async () => {
    writeFileSync(lockFile(), '');
    const store = createSessionStore({ root, now: () => new Date(0), hostName: 'here', pid: process.pid, lockTimes: { waitMs: patient, pollMs: 50 } });
    await (await store.lock(id, 'destroy', () => undefined)).release();
  });
});

describe('ten labtui at once', () => {
  it('are never two in a session, also when some are killed inside and all find a dead holder', async () => {
    const locker = await buildChild('locker');
    try {
      writeFileSync(join(root, 'section'), 'free');
      const killed = await runChild(locker, [root, id, '1', '0']);
      expect(killed.signal).toBe('SIGKILL');

      const rounds = 12;
      const children = Array.from({ length: 10 }, (_, index) => start(locker, [root, id, String(rounds), index < 4 ? String(index * 3) : 'never']));
      const ends = await Promise.all(children.map(ended));
      // The last one inside may have been one that died there.
      ends.push(await runChild(locker, [root, id, '1']));
      const lines = ends.flatMap(({ stdout }) => stdout.split('\n'));
      const count = (word: string): number => lines.filter((line) => line === word).length;
      expect(ends.map(({ stderr }) => stderr).join('')).toBe('');
      expect(lines.filter((line) => line.startsWith('violation'))).toEqual([]);
      expect(ends.map(({ signal }) => signal)).toEqual([...Array<string>(4).fill('SIGKILL'), ...Array<null>(7).fill(null)]);
      expect(count('round')).toBe(6 * rounds + 0 + 3 + 6 + 9 + 1);
      expect(count('takeover')).toBe(5);
    } finally {
      rmSync(join(locker, '..'), { recursive: true });
    }
  }, 180_000);
});
