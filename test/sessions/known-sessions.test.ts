import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownSessions } from '../../src/sessions/known-sessions.ts';
import { createSessionStore } from '../../src/sessions/store.ts';
import { sampleRecord, sampleStack } from './sample-record.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'labtui-known-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const observer = { host: hostname(), nowMs: Date.now() };
const open = (root: string) => createSessionStore({ root: join(home, root), now: () => new Date(), hostName: hostname(), pid: process.pid });

describe('what this computer knows of its sessions', () => {
  it('is read from several directories: live and archived, where something may exist, who is at work', async () => {
    const { plan } = sampleStack();
    await open('a').create(sampleRecord({ id: 'live-aaaaaa' }));
    await open('b').create(sampleRecord({ id: 'busy-aaaaaa', phase: 'failed', onFailure: 'keep' }));
    await open('b').create(sampleRecord({ id: 'gone-aaaaaa', stacks: { aws: { ...sampleStack(), goneAt: '2026-05-02T00:00:00.000Z' } } }));
    await open('b').archive('gone-aaaaaa');
    const lock = await open('b').lock('busy-aaaaaa', 'apply', () => undefined);
    const { sessions, unreadable } = await knownSessions([join(home, 'a'), join(home, 'b'), join(home, 'b'), join(home, 'nowhere')], observer);
    expect(unreadable).toEqual([]);
    expect(sessions).toHaveLength(3);
    expect(sessions.find(({ id }) => id === 'live-aaaaaa')).toMatchObject({ root: join(home, 'a'), archived: false, inUseBy: null, problem: null, places: [{ cloud: 'aws', account: plan.account, region: plan.region }] });
    expect(sessions.find(({ id }) => id === 'busy-aaaaaa')).toMatchObject({ phase: 'failed', onFailure: 'keep', inUseBy: expect.stringContaining('apply') });
    expect(sessions.find(({ id }) => id === 'gone-aaaaaa')).toMatchObject({ archived: true, places: [] });
    await lock.release();
  });

  it('keeps what failed as its profile says, but not once its destroy was begun', async () => {
    const times = { applying: '2026-05-01T00:00:00.000Z', destroying: '2026-05-01T01:00:00.000Z' };
    const kept = { phase: 'failed', onFailure: 'keep' } as const;
    await open('a').create(sampleRecord({ id: 'kept-aaaaaa', ...kept, phaseTimes: { applying: times.applying } }));
    await open('a').create(sampleRecord({ id: 'ends-aaaaaa', ...kept, phaseTimes: times }));
    await open('a').create(sampleRecord({ id: 'anew-aaaaaa', ...kept, phaseTimes: { ...times, applying: '2026-05-01T02:00:00.000Z' } }));
    const { sessions } = await knownSessions([join(home, 'a')], observer);
    expect(Object.fromEntries(sessions.map(({ id, onFailure }) => [id, onFailure]))).toEqual({ 'kept-aaaaaa': 'keep', 'ends-aaaaaa': 'destroy', 'anew-aaaaaa': 'keep' });
  });

  it('has those that cannot be read, to be spared, and those whose labtui is dead as in use by nobody', async () => {
    await open('a').create(sampleRecord({ id: 'hurt-aaaaaa' }));
    writeFileSync(join(home, 'a/hurt-aaaaaa/session.json'), '{"v":1,');
    await open('a').create(sampleRecord({ id: 'dead-aaaaaa', phase: 'applying' }));
    const holder = { token: 'a'.repeat(24), pid: 999_999, startTime: '1', host: hostname(), purpose: 'apply', since: new Date().toISOString() };
    writeFileSync(join(home, 'a/dead-aaaaaa/.lock'), JSON.stringify(holder));
    const { sessions } = await knownSessions([join(home, 'a')], observer);
    expect(sessions.find(({ id }) => id === 'hurt-aaaaaa')).toMatchObject({ problem: expect.stringContaining('session.json'), archived: false });
    expect(sessions.find(({ id }) => id === 'dead-aaaaaa')).toMatchObject({ inUseBy: null, phase: 'applying' });
  });

  it('names a directory that cannot be read, and reads the others', async () => {
    await open('a').create(sampleRecord({ id: 'live-aaaaaa' }));
    mkdirSync(join(home, 'b'));
    writeFileSync(join(home, 'b/.archive'), '');
    const { sessions, unreadable } = await knownSessions([join(home, 'b'), join(home, 'a')], observer);
    expect(sessions.map(({ id }) => id)).toEqual(['live-aaaaaa']);
    expect(unreadable).toMatchObject([{ root: join(home, 'b') }]);
  });
});
