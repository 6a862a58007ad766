import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyLab } from '../../src/lab/apply.ts';
import { extendSession, type ExtendRequest } from '../../src/lab/extend.ts';
import { fakeLab, type FakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';
const hourMs = 3_600_000;
const planned = { kind: 'schedule', state: 'planned' } as const;

interface RecordShape {
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly protection: { readonly by: readonly string[]; readonly until: string; readonly missing: readonly { readonly reason: string }[] };
}
const recordOf = (lab: FakeLab) => JSON.parse(readFileSync(join(lab.root, id, 'session.json'), 'utf8')) as RecordShape;
const stackOf = (lab: FakeLab): string => readFileSync(join(lab.root, id, 'stacks/aws/cdk.tf.json'), 'utf8');

async function labOf(options: FakeLabOptions = {}, fields: Readonly<Record<string, unknown>> = {}): Promise<FakeLab> {
  const lab = fakeLab(options);
  await applyLab(
    { lab: { profile: profileOf(fields), userData: null, maxHourly: null, requireProtection: false }, autoApprove: true, parallelism: null, create: true, sink: () => undefined, signal: new AbortController().signal, timeoutMs: null },
    lab.ports,
  );
  return lab;
}

function extend(lab: FakeLab, to: ExtendRequest['to'] = { byMs: 2 * hourMs }) {
  return extendSession({ id, archived: false, to, sink: (event) => lab.sink(event), signal: new AbortController().signal, timeoutMs: null }, lab.ports);
}

const later = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();
const updates = { drift: { 'fake_machine.vm-1': 'update' } };

describe('extend', () => {
  it('moves tags, cloud and guest to the old deadline plus that much, and keeps the session in step with them', async () => {
    const lab = await labOf({ cloud: { deadline: planned, readings: [{ armed: true, at: '2026-11-21T14:00:00.000Z' }, { armed: true, at: '2026-11-21T16:00:00.000Z' }] }, terraform: updates });
    const before = recordOf(lab);
    const until = later(before.expiresAt, 2 * hourMs);
    const result = await extend(lab);
    expect(result).toMatchObject({ exitCode: 0, phase: 'ready', protectedBy: ['guest', 'cloud'] });
    expect(result.deadlines).toEqual([
      { stack: 'aws', layer: 'tags', at: until, moved: true, reason: null },
      { stack: 'aws', layer: 'cloud', at: '2026-11-21T16:00:00.000Z', moved: true, reason: null },
      { stack: 'aws', layer: 'guest', at: until, moved: true, reason: null },
    ]);
    expect(recordOf(lab)).toMatchObject({ expiresAt: until, tags: { 'labtui-expires': until }, protection: { by: ['guest', 'cloud'], until } });
    expect(stackOf(lab)).toContain(until);
    // The very plan that was looked at.
    expect(lab.terraform.calls.slice(-2)).toEqual(['plan', 'apply labtui.tfplan']);
    expect(lab.events.at(-1)).toMatchObject({ type: 'result' });
  });

  it('counts from now where the deadline is past', async () => {
    const lab = await labOf({ terraform: updates });
    await lab.ports.sleep(5 * hourMs);
    const now = lab.ports.now().getTime();
    expect((await extend(lab)).exitCode).toBe(0);
    expect(Date.parse(recordOf(lab).expiresAt) - now - 2 * hourMs).toBeLessThan(1_000);
  });

  it('takes a time as it is', async () => {
    const lab = await labOf({ terraform: updates });
    const until = new Date('2026-11-22T18:00:00Z');
    expect((await extend(lab, { until })).exitCode).toBe(0);
    expect(recordOf(lab).expiresAt).toBe(until.toISOString());
  });

  it.each(['create', 'delete', 'replace'])('applies no plan that would %s a machine: everything stays as it was (5)', async (action) => {
    const lab = await labOf({ cloud: { deadline: planned }, terraform: { drift: { 'fake_schedule.deadline': 'update', 'fake_machine.vm-1': action } } });
    const [record, stack, calls] = [recordOf(lab), stackOf(lab), lab.terraform.calls.length];
    const result = await extend(lab);
    expect(result).toMatchObject({ exitCode: 5, deadlines: [{ layer: 'tags', at: record.expiresAt, moved: false, reason: expect.stringContaining(`${action} fake_machine.vm-1`) as string }] });
    expect(lab.terraform.calls.slice(calls)).toEqual(['plan']);
    expect(stackOf(lab)).toBe(stack);
    expect(recordOf(lab).expiresAt).toBe(record.expiresAt);
    expect(lab.ofType('diagnostic')).toMatchObject([{ severity: 'error', stack: 'aws' }]);
  });

  it('says which guest stays at the old time, and the session no longer counts on it (5)', async () => {
    const lab = await labOf({ terraform: updates, guestStays: 'connection refused' });
    const { expiresAt: old } = recordOf(lab);
    const result = await extend(lab);
    expect(result).toMatchObject({ exitCode: 5, protectedBy: [] });
    expect(result.deadlines?.at(-1)).toMatchObject({ layer: 'guest', at: old, moved: false, reason: 'lab-aws: connection refused' });
    expect(recordOf(lab).protection).toMatchObject({ by: [], until: later(old, 2 * hourMs) });
    expect(recordOf(lab).protection.missing[0]?.reason).toContain(`its timer is set to ${old}`);
    expect(lab.ofType('protection')).toHaveLength(1);
  });

  it("does not take the cloud's deadline for moved until the cloud says so (5)", async () => {
    const lab = await labOf({ cloud: { deadline: planned, readings: [{ armed: true, at: '2026-11-21T14:00:00.000Z' }] }, terraform: updates });
    const result = await extend(lab);
    expect(result).toMatchObject({ exitCode: 5, protectedBy: ['guest'] });
    expect(result.deadlines?.find(({ layer }) => layer === 'cloud')).toMatchObject({ at: '2026-11-21T14:00:00.000Z', moved: false });
  });

  it.each([
    ['without a TTL', { ttl: null }, { byMs: hourMs }, /has no TTL/],
    ['to a time before the present deadline', {}, { until: new Date('2026-11-21T12:00:00Z') }, /not later than the present deadline/],
    ['beyond 30 days in all', {}, { byMs: 30 * 24 * hourMs }, /30 days at most/],
  ])('is refused %s (3), and nothing is touched', async (_, fields, to, said) => {
    const lab = await labOf({ terraform: updates }, fields);
    const [record, calls] = [recordOf(lab), lab.terraform.calls.length];
    expect((await extend(lab, to)).exitCode).toBe(3);
    expect(lab.ofType('diagnostic')[0]?.summary).toMatch(said);
    expect(lab.terraform.calls).toHaveLength(calls);
    expect(recordOf(lab)).toEqual(record);
  });

  it('is refused for what is gone (3)', async () => {
    const lab = fakeLab();
    expect(await extendSession({ id, archived: true, to: { byMs: hourMs }, sink: (event) => lab.sink(event), signal: new AbortController().signal, timeoutMs: null }, lab.ports)).toMatchObject({ exitCode: 3 });
  });

  it('stays where labtui cannot change a stack of that cloud (5)', async () => {
    const lab = await labOf({ cloud: { movesDeadline: false } });
    expect(await extend(lab)).toMatchObject({ exitCode: 5, deadlines: [{ layer: 'tags', moved: false }] });
  });
});
