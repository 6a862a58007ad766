import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabError, type Problem } from '../../src/core/errors.ts';
import type { SessionRecord } from '../../src/core/session.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { extendSession } from '../../src/lab/extend.ts';
import { powerSession, type PowerRequest } from '../../src/lab/power.ts';
import { refreshSession } from '../../src/lab/refresh.ts';
import { listSessions } from '../../src/sessions/summaries.ts';
import { fakeLab, type FakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';
const hourMs = 3_600_000;
const billed = [
  { part: 'machines', item: 't3a.medium', unit: 'hour', quantity: 1 },
  { part: 'disks', item: 'gp3', unit: 'GB-month', quantity: 20 },
  { part: 'addresses', item: 'public ipv4', unit: 'hour', quantity: 1 },
] as const;
const listed = { currency: 'USD', region: null, date: '2026-01-19', source: 'a test' } as const;
const priced: FakeLabOptions = {
  cloud: { power: {}, billed },
  prices: [
    { ...listed, part: 'machines', item: 't3a.medium', amount: 0.04, unit: 'hour' },
    { ...listed, part: 'disks', item: 'gp3', amount: 0.073, unit: 'GB-month' },
    { ...listed, part: 'addresses', item: 'public ipv4', amount: 0.005, unit: 'hour' },
  ],
};

const recordOf = (lab: FakeLab) => JSON.parse(readFileSync(join(lab.root, id, 'session.json'), 'utf8')) as SessionRecord;
const hostsOf = (lab: FakeLab) => recordOf(lab).stacks.aws?.hosts ?? [];
const summaryOf = (lab: FakeLab) => listSessions(lab.root)[0];

async function labOf(options: FakeLabOptions = { cloud: { power: {} } }, fields: Readonly<Record<string, unknown>> = {}): Promise<FakeLab> {
  const lab = fakeLab({ answer: true, guestTimer: 'armed', ...options });
  const applied = await applyLab(
    { lab: { profile: profileOf(fields), userData: null, maxHourly: null, requireProtection: false }, autoApprove: true, parallelism: null, create: true, sink: () => undefined, signal: new AbortController().signal, timeoutMs: null },
    lab.ports,
  );
  expect(applied.exitCode).toBe(0);
  lab.cloud.calls.length = 0;
  lab.terraform.calls.length = 0;
  return lab;
}

function power(lab: FakeLab, verb: PowerRequest['verb'], more: Partial<PowerRequest> = {}, ports = lab.ports) {
  return powerSession({ verb, id, archived: false, host: null, stack: null, sink: (event) => lab.sink(event), signal: new AbortController().signal, timeoutMs: null, ...more }, ports);
}

const refresh = (lab: FakeLab) => refreshSession({ id, sink: (event) => lab.sink(event), signal: new AbortController().signal }, lab.ports);

describe('stop', () => {
  it('switches the machines off, reads back how they stand, and the session rests', async () => {
    const lab = await labOf();
    const result = await power(lab, 'stop');
    expect(result).toMatchObject({ ok: true, exitCode: 0, phase: 'stopping', hosts: [{ name: 'lab-aws', state: 'stopped', publicIp: null, stage: null }] });
    expect(lab.cloud.calls).toEqual(['stopped i-1']);
    // What is configured is neither planned nor applied.
    expect(lab.terraform.calls).toEqual(['refresh']);
    expect(recordOf(lab)).toMatchObject({ phase: 'stopping', stacks: { aws: { phase: 'stopping' } } });
    expect(summaryOf(lab)).toMatchObject({ phase: 'stopping', state: 'stopped' });
    expect(lab.events.at(-1)).toMatchObject({ type: 'result' });
    expect(lab.ofType('phase').map(({ phase }) => phase)).not.toContain('applying');
  });

  it("says what still costs: the disk; the address where the cloud keeps it; all where a stopped machine is billed", async () => {
    const costs = async (capabilities: FakeLabOptions['capabilities']) => {
      const lab = await labOf({ ...priced, capabilities: { ...capabilities } });
      const { stillBilled } = await power(lab, 'stop');
      expect(summaryOf(lab)?.presentHourlyCost).toBe(stillBilled?.[0]?.hourlyCost);
      expect(summaryOf(lab)?.hourlyCost).toBeCloseTo(0.047, 6);
      return stillBilled;
    };
    expect(await costs({})).toEqual([{ stack: 'aws', machines: 1, parts: ['disks'], hourlyCost: 0.002, currency: 'USD', unknownCosts: [] }]);
    expect(await costs({ stopKeepsAddress: true })).toMatchObject([{ parts: ['disks', 'addresses'], hourlyCost: 0.007 }]);
    expect(await costs({ stopIsBilled: true, stopKeepsAddress: true })).toMatchObject([{ parts: ['machines', 'disks', 'addresses'], hourlyCost: 0.047 }]);
  });

  it('names the layers that hold: not the guest, and not a cloud that forgets a stopped machine', async () => {
    const armed = { deadline: { kind: 'schedule', state: 'planned' }, readings: [{ armed: true, at: '2026-11-21T14:00:00.000Z' }], power: {} } as const;
    const holds = await labOf({ cloud: armed });
    expect(recordOf(holds).protection.by).toEqual(['guest', 'cloud']);
    expect(await power(holds, 'stop')).toMatchObject({ protectedBy: ['cloud'] });
    expect(recordOf(holds).protection.missing.map(({ reason }) => reason)).toContain('aws: the timer in a machine does not run while it is stopped');
    const forgets = await labOf({ cloud: armed, capabilities: { deadlineHoldsStopped: false } });
    expect(await power(forgets, 'stop')).toMatchObject({ protectedBy: [] });
    expect(await power(forgets, 'start')).toMatchObject({ protectedBy: ['guest', 'cloud'] });
  });

  it('of one machine leaves the others as they are, and the lab not ready', async () => {
    const lab = await labOf(priced, { count: 2 });
    const result = await power(lab, 'stop', { host: '2' });
    expect(result).toMatchObject({ exitCode: 0, hosts: [{ name: 'lab-aws-2', state: 'stopped' }], stillBilled: [{ machines: 1, hourlyCost: 0.002 }] });
    expect(lab.cloud.calls).toEqual(['stopped i-2']);
    expect(hostsOf(lab)).toMatchObject([{ name: 'lab-aws-1', state: 'running', stage: 'ready' }, { name: 'lab-aws-2', state: 'stopped' }]);
    expect(summaryOf(lab)).toMatchObject({ state: 'mixed', presentHourlyCost: 0.049 });
    expect(await power(lab, 'start', { host: '2' })).toMatchObject({ exitCode: 0, phase: 'ready', stillBilled: [] });
    expect(hostsOf(lab).map(({ state, stage }) => [state, stage])).toEqual([['running', 'ready'], ['running', 'ready']]);
    expect(summaryOf(lab)).toMatchObject({ state: 'running', presentHourlyCost: 0.094 });
  });

  it('of what is stopped is a friendly no-op', async () => {
    const lab = await labOf();
    await power(lab, 'stop');
    expect(await power(lab, 'stop')).toMatchObject({ exitCode: 0, phase: 'stopping' });
    expect(lab.ofType('phase').at(-2)?.message).toContain('stopped already');
  });

  it.each<[string, FakeLabOptions, Partial<PowerRequest>, number, RegExp, RegExp]>([
    ['a machine that it has not', { cloud: { power: {} } }, { host: 'nobody' }, 3, /no machine "nobody"/, /--host one of: lab-aws/],
    ['a stack that it has not', { cloud: { power: {} } }, { stack: 'gcp' }, 3, /no stack "gcp"/, /--stack one of: aws/],
    ['a cloud that cannot', { cloud: { power: {} }, capabilities: { stopStart: false } }, {}, 3, /AWS cannot stop a machine and start it again/, /labtui clouds/],
    ['a cloud that labtui cannot tell yet', {}, {}, 3, /labtui cannot stop and start machines on AWS yet/, /labtui clouds/],
    ['what is gone', { cloud: { power: {} } }, { archived: true }, 3, /is gone already/, /labtui list/],
  ])('is refused for %s, and nothing is touched', async (_, options, more, exitCode, said, hint) => {
    const lab = await labOf(options);
    const before = recordOf(lab);
    expect(await power(lab, 'stop', more)).toMatchObject({ ok: false, exitCode });
    const [problem] = lab.ofType('diagnostic');
    expect(problem?.summary).toMatch(said);
    expect(problem?.hint).toMatch(hint);
    expect(lab.cloud.calls).toEqual([]);
    expect(lab.terraform.calls).toEqual([]);
    expect(recordOf(lab)).toEqual(before);
  });

  it('refuses the spot machines of a cloud where they only end', async () => {
    const lab = await labOf({ cloud: { power: {} } }, { spot: { enabled: true } });
    expect(await power(lab, 'stop')).toMatchObject({ exitCode: 3 });
    expect(lab.ofType('diagnostic')[0]?.summary).toContain('spot machines of aws: they only end');
    expect(lab.cloud.calls).toEqual([]);
  });

  it('waits for another run of the session, and gives up as that says (5)', async () => {
    const lab = await labOf();
    const held: Problem = { kind: 'conflict', summary: `${id} is in use by labtui apply` };
    const ports = { ...lab.ports, sessions: { ...lab.ports.sessions, lock: () => Promise.reject(new LabError(held)) } };
    expect(await power(lab, 'stop', {}, ports)).toMatchObject({ exitCode: 5 });
    expect(lab.cloud.calls).toEqual([]);
  });

  it("that the cloud refuses is that cloud's failure (5), said once, and the lab is not taken for stopped", async () => {
    const lab = await labOf({ cloud: { power: { refusals: [{ kind: 'permission', summary: 'you may not stop it', hint: 'ask' }] } } });
    expect(await power(lab, 'stop')).toMatchObject({ exitCode: 5 });
    expect(lab.ofType('diagnostic')).toMatchObject([{ stack: 'aws', kind: 'permission', summary: 'you may not stop it' }]);
    await refresh(lab);
    expect(hostsOf(lab)).toMatchObject([{ state: 'running' }]);
  });

  it('that the cloud has done but Terraform could not read back (5) is known as stopped all the same', async () => {
    const lab = await labOf({ cloud: { power: {} }, terraform: { refresh: ['Throttled: later'] } });
    expect(await power(lab, 'stop')).toMatchObject({ exitCode: 5, hosts: [{ state: 'stopped' }] });
    expect(lab.ofType('diagnostic')[0]).toMatchObject({ kind: 'throttled' });
  });

  it.each([
    ['interrupted', 'SIGINT', null, 130],
    ['terminated', 'SIGTERM', null, 143],
    ['out of time', null, 30, 6],
  ])('%s ends at once, keeps the lab, and says how to see where it stands', async (_, reason, timeoutMs, exitCode) => {
    const stop = new AbortController();
    const lab = await labOf({ cloud: { power: { onHang: () => (reason === null ? undefined : stop.abort(reason)) } } });
    expect(await power(lab, 'stop', { signal: stop.signal, timeoutMs })).toMatchObject({ exitCode, phase: 'stopping' });
    expect(hostsOf(lab)).toMatchObject([{ state: 'stopping' }]);
    expect(lab.terraform.calls).toEqual([]);
    expect(lab.ofType('log').at(-1)?.message).toContain(`labtui show ${id} --refresh`);
    // It is said to be neither stopped nor lost: a look at the cloud says what it is.
    await refresh(lab);
    expect(hostsOf(lab)).toMatchObject([{ state: 'running', publicIp: '192.0.2.10' }]);
  });
});

describe('start', () => {
  it('follows the new address, waits for SSH, and the lab is ready again', async () => {
    const lab = await labOf();
    await power(lab, 'stop');
    const result = await power(lab, 'start');
    expect(result).toMatchObject({ exitCode: 0, phase: 'ready', protectedBy: ['guest'], hosts: [{ state: 'running', stage: 'ready', publicIp: '192.0.2.11' }] });
    expect(recordOf(lab)).toMatchObject({ phase: 'ready', stacks: { aws: { phase: 'ready' } } });
    expect(summaryOf(lab)).toMatchObject({ phase: 'ready', state: 'running' });
    const phases = lab.ofType('phase').filter(({ stack }) => stack === 'aws').map(({ phase }) => phase);
    expect(phases.slice(phases.indexOf('waiting-for-ssh'))).toEqual(['waiting-for-ssh', 'waiting-for-ssh', 'waiting-for-ssh', 'ready']);
  });

  it('of a machine that does not answer keeps it (6): nothing is torn down', async () => {
    const lab = await labOf();
    await power(lab, 'stop');
    const deaf = { ...lab.ports, ssh: fakeLab({ notReady: 'connection refused' }).ports.ssh };
    expect(await power(lab, 'start', {}, deaf)).toMatchObject({ exitCode: 6, phase: 'stopping' });
    expect(lab.ofType('diagnostic').at(-1)).toMatchObject({ kind: 'not-ready', summary: 'lab-aws: connection refused' });
    expect(lab.terraform.calls).not.toContain('destroy');
    expect(await power(lab, 'start')).toMatchObject({ exitCode: 0, phase: 'ready' });
  });

  it('past the deadline is refused (3): the guest would go down as soon as it is up', async () => {
    const lab = await labOf();
    await power(lab, 'stop');
    await lab.ports.sleep(5 * hourMs);
    lab.cloud.calls.length = 0;
    expect(await power(lab, 'start')).toMatchObject({ exitCode: 3 });
    expect(lab.ofType('diagnostic').at(-1)?.summary).toMatch(/deadline of aws is past.*AWS deletes a machine that its guest shuts down/);
    expect(lab.cloud.calls).toEqual([]);
  });

  it('moves the timers of guests that slept while the lab was extended', async () => {
    const lab = await labOf({ cloud: { power: {} }, terraform: { drift: { 'fake_machine.vm-1': 'update' } } });
    await power(lab, 'stop');
    const extended = await extendSession({ id, archived: false, to: { byMs: 2 * hourMs }, sink: () => undefined, signal: new AbortController().signal, timeoutMs: null }, lab.ports);
    expect(extended).toMatchObject({ exitCode: 0, deadlines: [{ layer: 'tags', moved: true }, { layer: 'guest', moved: false, reason: 'lab-aws: it is stopped, and its next start moves it' }] });
    expect(await power(lab, 'start')).toMatchObject({ exitCode: 0, protectedBy: ['guest'] });
    expect(recordOf(lab).stacks.aws?.guestDeadline).toEqual({ at: recordOf(lab).expiresAt, reason: null });
  });

  it('is what an apply of a stopped lab is sent to: it would wait in vain, and clean up', async () => {
    const lab = await labOf();
    await power(lab, 'stop');
    lab.terraform.calls.length = 0;
    const resumed = await applyLab({ lab: { session: id, replan: null }, autoApprove: true, parallelism: null, create: true, sink: (event) => lab.sink(event), signal: new AbortController().signal, timeoutMs: null }, lab.ports);
    expect(resumed.exitCode).toBe(3);
    expect(lab.ofType('diagnostic').at(-1)).toMatchObject({ summary: 'lab-aws is stopped', hint: `labtui start ${id}` });
    expect(lab.terraform.calls).toEqual([]);
  });
});

describe('restart', () => {
  it('stops and starts in one run', async () => {
    const lab = await labOf();
    expect(await power(lab, 'restart')).toMatchObject({ exitCode: 0, phase: 'ready', hosts: [{ publicIp: '192.0.2.11', stage: 'ready' }] });
    expect(lab.cloud.calls).toEqual(['stopped i-1', 'running i-1']);
  });
});

describe('refresh', () => {
  it('finds a machine that was stopped by hand, and one that runs again', async () => {
    const lab = await labOf();
    lab.cloud.states.set('i-1', 'stopped');
    expect(await refresh(lab)).toMatchObject({ exitCode: 0, phase: 'stopping', hosts: [{ state: 'stopped', publicIp: null, stage: null }], protectedBy: [] });
    expect(summaryOf(lab)?.state).toBe('stopped');
    lab.cloud.states.set('i-1', 'running');
    // Nobody has seen it answer: that is for a start to say.
    expect(await refresh(lab)).toMatchObject({ exitCode: 0, phase: 'stopping', hosts: [{ state: 'running', stage: null }] });
    expect(lab.cloud.calls).toEqual([]);
  });

  it('finds a machine that is gone, and keeps its id', async () => {
    const lab = await labOf({ cloud: { power: {} }, terraform: { refresh: ['gone'] } });
    expect(await refresh(lab)).toMatchObject({ exitCode: 0, hosts: [{ state: 'terminated', instanceId: 'i-1', publicIp: null }] });
    expect(await power(lab, 'start')).toMatchObject({ exitCode: 6 });
    expect(lab.ofType('diagnostic').at(-1)?.summary).toContain('has no machine');
  });

  it("changes nothing with another account's credentials (4): there, everything would look gone", async () => {
    const lab = await labOf();
    const before = readFileSync(join(lab.root, id, 'stacks/aws/terraform.tfstate'), 'utf8');
    const other = fakeLab({ cloud: { account: '210987654321' } });
    expect(await refreshSession({ id, sink: (event) => lab.sink(event), signal: new AbortController().signal }, { ...lab.ports, cloud: other.ports.cloud })).toMatchObject({ exitCode: 4 });
    expect(lab.ofType('diagnostic').at(-1)).toMatchObject({ kind: 'credentials', summary: expect.stringContaining('account 210987654321, and aws is in 123456789012') as string });
    expect(lab.terraform.calls).toEqual([]);
    expect(readFileSync(join(lab.root, id, 'stacks/aws/terraform.tfstate'), 'utf8')).toBe(before);
  });
});
