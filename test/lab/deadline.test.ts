import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyLab } from '../../src/lab/apply.ts';
import { fakeLab, type FakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';
const planned = { kind: 'schedule', state: 'planned' } as const;

async function applied(options: FakeLabOptions, requireProtection = false, fields: Readonly<Record<string, unknown>> = {}) {
  const lab = fakeLab(options);
  const result = await applyLab(
    { lab: { profile: profileOf(fields), userData: null, maxHourly: null, requireProtection }, autoApprove: true, parallelism: null, create: true, sink: (event) => lab.sink(event), signal: new AbortController().signal, timeoutMs: null },
    lab.ports,
  );
  return { lab, result };
}

const recordOf = (lab: FakeLab) => JSON.parse(readFileSync(join(lab.root, id, 'session.json'), 'utf8')) as { readonly expiresAt: string; readonly protection: { readonly by: readonly string[] }; readonly stacks: { readonly aws: { readonly plan: { readonly cloudDeadline?: object } } } };
const stackOf = (lab: FakeLab): string => readFileSync(join(lab.root, id, 'stacks/aws/cdk.tf.json'), 'utf8');
/** The fakes' clock: the session is made a little after ten. */
const expires = '2026-11-21T14:00:00.000Z';

describe("the cloud's own deadline", () => {
  it('counts when it is planned, and is read back when the lab is up', async () => {
    const { lab, result } = await applied({ cloud: { deadline: planned, readings: [{ armed: true, at: expires }] }, guestTimer: 'armed' });
    expect(result).toMatchObject({ exitCode: 0, protectedBy: ['guest', 'cloud'] });
    expect(recordOf(lab).stacks.aws.plan.cloudDeadline).toEqual({ kind: 'schedule', state: 'armed', at: expires });
    expect(lab.cloud.calls).toContain('read deadline');
    // What was planned came true: that is no news.
    expect(lab.ofType('protection').map(({ by }) => by)).toEqual([['guest', 'cloud']]);
  });

  it.each([
    ['is not there', { armed: false, reason: 'there is no schedule' } as const, 'there is no schedule'],
    ['is set to another time', { armed: true, at: '2026-11-22T14:00:00.000Z' } as const, 'it acts at 2026-11-22T14:00:00.000Z'],
    ['cannot be read', { kind: 'permission', summary: 'you may not look' } as const, 'it could not be read back: you may not look'],
  ])('does not count where it %s after the apply: the lab stays, and the session says why', async (_, reading, reason) => {
    const { lab, result } = await applied({ cloud: { deadline: planned, readings: [reading] } });
    expect(result).toMatchObject({ exitCode: 0, protectedBy: ['guest'] });
    expect(lab.ofType('protection').map(({ by }) => by)).toEqual([['guest', 'cloud'], ['guest']]);
    expect(lab.ofType('protection').at(-1)?.missing).toContainEqual({ layer: 'cloud', reason: expect.stringContaining(reason) as string });
    expect(lab.ofType('diagnostic')).toMatchObject([{ severity: 'warning', stack: 'aws', summary: expect.stringContaining(reason) as string }]);
    expect(recordOf(lab).protection.by).toEqual(['guest']);
  });

  it('is given up where the cloud refuses just that: the rest is applied again as it is, and nothing else is said to have failed', async () => {
    const refusal = { error: 'AccessDenied: no', created: true, address: 'fake_schedule.deadline' };
    const { lab, result } = await applied({ cloud: { deadline: planned, readings: [{ armed: true, at: expires }] }, terraform: { apply: [refusal] } });
    expect(result).toMatchObject({ exitCode: 0, phase: 'ready', protectedBy: ['guest'] });
    expect(lab.terraform.calls).toEqual(['init', 'apply', 'apply']);
    expect(lab.ofType('fallback')).toMatchObject([{ from: "the cloud's own deadline (schedule)", to: 'none', reason: expect.stringContaining('AccessDenied') as string }]);
    expect(stackOf(lab)).not.toContain('fake_schedule');
    expect(lab.cloud.calls).not.toContain('read deadline');
    expect(recordOf(lab).stacks.aws.plan.cloudDeadline).toMatchObject({ kind: 'schedule', state: 'missing' });
    expect(lab.ofType('diagnostic').filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('is forgiven what of it cannot be taken away again: that is a warning, and the destroy tries it anew', async () => {
    const step = { error: 'AccessDenied: no', created: true, address: 'fake_schedule.deadline' };
    const { lab, result } = await applied({ cloud: { deadline: planned }, terraform: { apply: [step, step] } });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(lab.ofType('diagnostic')).toMatchObject([{ severity: 'warning', address: 'fake_schedule.deadline' }]);
  });

  it('is no excuse for anything else that fails', async () => {
    const { lab, result } = await applied({ cloud: { deadline: planned }, terraform: { apply: [{ error: 'Quota reached', created: false }] } });
    expect(result.exitCode).toBe(5);
    expect(lab.terraform.calls.filter((call) => call === 'apply')).toHaveLength(1);
    expect(lab.ofType('fallback')).toEqual([]);
  });

  it('is not asked for without a TTL', async () => {
    const { lab } = await applied({ cloud: { deadline: planned } }, false, { ttl: null });
    expect(stackOf(lab)).not.toContain('fake_schedule');
  });
});

describe('a lab that nothing will end', () => {
  const missing = { kind: null, state: 'missing', reason: 'the credentials may not' } as const;

  it('says so loudly when no layer could be armed, also in the result, and goes on', async () => {
    const { lab, result } = await applied({ cloud: { deadline: missing }, guestTimer: 'absent' });
    expect(result).toMatchObject({ exitCode: 0, protectedBy: [] });
    const warning = lab.ofType('diagnostic').at(-1);
    expect(warning).toMatchObject({ severity: 'warning', summary: expect.stringContaining('nothing will end this lab') as string });
    expect(warning?.detail).toContain('the credentials may not');
  });

  it('is refused before anything is created where protection is required and none is to be had', async () => {
    const { lab, result } = await applied({ cloud: { deadline: missing } }, true, { ttl: null });
    expect(result.exitCode).toBe(4);
    expect(lab.terraform.calls).toEqual([]);
  });
});
