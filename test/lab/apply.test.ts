import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReadyHooks } from '../../src/core/ready-hooks.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { destroySession } from '../../src/lab/destroy.ts';
import { type FakeLab, fakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';

async function applyTo(lab: FakeLab, fields: Readonly<Record<string, unknown>> = {}, over: { ask?: boolean; create?: boolean; signal?: AbortSignal; session?: string; replan?: boolean; timeoutMs?: number; maxHourly?: number; parallelism?: number; hooks?: ReadyHooks } = {}) {
  const request = { profile: profileOf(fields), userData: null, maxHourly: over.maxHourly ?? null, requireProtection: false };
  return applyLab(
    {
      lab: over.session === undefined ? request : { session: over.session, replan: over.replan === true ? request : null },
      autoApprove: over.ask !== true,
      parallelism: over.parallelism ?? null,
      create: over.create ?? true,
      ...(over.hooks === undefined ? {} : { hooks: over.hooks }),
      sink: (event) => lab.sink(event),
      signal: over.signal ?? new AbortController().signal,
      timeoutMs: over.timeoutMs ?? null,
    },
    lab.ports,
  );
}

function destroyIn(lab: FakeLab, archived = false, signal = new AbortController().signal) {
  return destroySession({ id, archived, sink: (event) => lab.sink(event), signal, timeoutMs: null }, lab.ports);
}

const sessionsOf = (lab: FakeLab): readonly string[] => (existsSync(lab.root) ? readdirSync(lab.root).filter((name) => !name.startsWith('.')) : []);
const archived = (lab: FakeLab): boolean => existsSync(join(lab.root, '.archive', id));
const recordOf = (lab: FakeLab): { phase: string; stacks: { aws: { applyStartedAt: string | null } } } =>
  JSON.parse(readFileSync(join(lab.root, id, 'session.json'), 'utf8')) as never;

describe('apply', () => {
  it('makes a lab: one init, one apply, ready host, result last, everything in events.ndjson', async () => {
    const lab = fakeLab();
    const result = await applyTo(lab);
    expect(result).toMatchObject({ ok: true, exitCode: 0, phase: 'ready' });
    expect(result.hosts).toMatchObject([{ name: 'lab-aws', instanceId: 'i-1', publicIp: '192.0.2.10', stage: 'ready', user: 'admin' }]);
    expect(lab.terraform.calls).toEqual(['init', 'apply']);
    expect(lab.ofType('plan')).toMatchObject([{ add: 1, hourlyCost: 0.04, costUntilTtl: 0.16, priceDate: '2026-01-19', stack: 'aws' }]);
    expect(lab.ofType('phase').filter(({ stack }) => stack === null).map(({ phase }) => phase)).toEqual(['validating', 'preparing-keys', 'synthesizing', 'ready']);
    const recorded = readFileSync(join(lab.root, id, 'events.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(recorded).toEqual(JSON.parse(JSON.stringify(lab.events)));
    expect(lab.events.at(-1)).toMatchObject({ type: 'result', session: id, v: 1 });
    expect(recordOf(lab)).toMatchObject({ phase: 'ready', versions: { 'example.test/labtui/fake': '1.0.0' } });
  });

  it('is ready only when the machine does what --wait-for and --wait-port ask; else it says which, and ends as any machine that is not (6)', async () => {
    const hooks = { commands: [], ports: [80], timeoutMs: 60_000 };
    const lab = fakeLab();
    expect(await applyTo(lab, {}, { hooks })).toMatchObject({ exitCode: 0 });
    expect(lab.ofType('phase')).toContainEqual(expect.objectContaining({ phase: 'waiting-for-ssh', message: 'lab-aws: --wait-port 80' }));
    const missed = fakeLab({ hooksMissed: '--wait-port 80 is not reached in time: Connection refused' });
    expect(await applyTo(missed, {}, { hooks })).toMatchObject({ exitCode: 6 });
    expect(missed.ofType('diagnostic')).toContainEqual(expect.objectContaining({ kind: 'not-ready', summary: 'lab-aws: --wait-port 80 is not reached in time: Connection refused' }));
    expect(archived(missed)).toBe(true);
    expect(await applyTo(fakeLab({ hooksMissed: 'no' }))).toMatchObject({ exitCode: 0 });
  });

  it('asks with the plan and applies that very plan', async () => {
    const lab = fakeLab({ answer: true });
    expect(await applyTo(lab, {}, { ask: true })).toMatchObject({ exitCode: 0 });
    expect(lab.asked).toEqual(['create']);
    expect(lab.terraform.calls).toEqual(['init', 'plan', 'apply labtui.tfplan']);
  });

  it('leaves nothing when the answer is no (8)', async () => {
    const lab = fakeLab({ answer: false });
    expect(await applyTo(lab, {}, { ask: true })).toMatchObject({ exitCode: 8 });
    expect(lab.terraform.calls).toEqual(['init', 'plan']);
    expect(sessionsOf(lab)).toEqual([]);
    expect(archived(lab)).toBe(false);
  });

  it.each([
    ['credentials', 4],
    ['image', 3],
    ['permission', 5],
  ] as const)('a look-up that fails by %s ends with %i and leaves no directory', async (kind, exitCode) => {
    const lab = fakeLab({ cloud: { lookupError: { kind, summary: 'no' } } });
    expect(await applyTo(lab)).toMatchObject({ exitCode, phase: 'failed' });
    expect(lab.terraform.calls).toEqual([]);
    expect(sessionsOf(lab)).toEqual([]);
    expect(lab.events.at(-1)?.type).toBe('result');
  });

  it('refuses above --max-hourly, and where the price is unknown (3)', async () => {
    expect(await applyTo(fakeLab(), { count: 2 }, { maxHourly: 0.05 })).toMatchObject({ exitCode: 3 });
    expect(await applyTo(fakeLab({ cloud: { hourlyPrice: null } }), {}, { maxHourly: 0.05 })).toMatchObject({ exitCode: 3 });
    expect(await applyTo(fakeLab(), {}, { maxHourly: 0.05 })).toMatchObject({ exitCode: 0 });
  });

  it('cleans up after a failed apply and still reports the first error (5)', async () => {
    const lab = fakeLab({ terraform: { apply: [{ error: 'creating: Quota', created: true }] } });
    expect(await applyTo(lab)).toMatchObject({ exitCode: 5, phase: 'failed' });
    expect(lab.ofType('diagnostic').filter(({ severity }) => severity === 'error')).toMatchObject([{ kind: 'quota', code: 'Quota', hint: 'ask for more', stack: 'aws' }]);
    expect(lab.ofType('receipt')).toMatchObject([{ found: 1, deleted: 1, left: [], verifiedBy: ['state', 'listing'] }]);
    expect(archived(lab)).toBe(true);
    expect(existsSync(join(lab.root, '.archive', id, 'ssh/id_ed25519'))).toBe(false);
  });

  it('is 7 when the cleaning up fails too, and keeps the session', async () => {
    const left = { type: 'aws_volume', id: 'vol-1', name: null, region: 'us-east-1', seenBy: 'listing' } as const;
    const lab = fakeLab({ terraform: { apply: [{ error: 'Quota', created: true }] }, cloud: { listings: [[left]] } });
    expect(await applyTo(lab)).toMatchObject({ exitCode: 7 });
    expect(lab.ofType('receipt')).toMatchObject([{ left: [left] }]);
    expect(sessionsOf(lab)).toEqual([id]);
  });

  it('keeps what a failed run made where onFailure says so, and names the command', async () => {
    const lab = fakeLab({ terraform: { apply: [{ error: 'Quota', created: true }] } });
    expect(await applyTo(lab, { onFailure: 'keep' })).toMatchObject({ exitCode: 5 });
    expect(lab.terraform.calls).not.toContain('destroy');
    expect(lab.ofType('log').some(({ message }) => message.includes(`labtui destroy ${id}`))).toBe(true);
  });

  it('a machine that does not get ready is 6 with its reason, and is removed', async () => {
    const lab = fakeLab({ notReady: 'connection refused' });
    expect(await applyTo(lab)).toMatchObject({ exitCode: 6 });
    expect(lab.ofType('diagnostic')).toMatchObject([{ kind: 'not-ready', summary: 'lab-aws: connection refused' }]);
    expect(archived(lab)).toBe(true);
  });

  it('an interrupt in mid-apply keeps the session and its resources (130), and destroy brings it to zero', async () => {
    const controller = new AbortController();
    const lab = fakeLab({ terraform: { apply: ['hang'], onHang: () => controller.abort('SIGINT') } });
    expect(await applyTo(lab, {}, { signal: controller.signal })).toMatchObject({ exitCode: 130, hosts: [{ instanceId: 'i-1' }] });
    expect(lab.terraform.calls).toEqual(['init', 'apply']);
    expect(recordOf(lab).stacks.aws.applyStartedAt).not.toBeNull();
    expect(lab.ofType('log').some(({ message }) => message.includes(`labtui destroy ${id}`))).toBe(true);
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0, phase: 'destroyed' });
    expect(archived(lab)).toBe(true);
  });

  it('what an interrupted apply made without writing it down is taken into the state and destroyed', async () => {
    const orphan = { type: 'fake_machine', id: 'i-1', name: 'lab-aws', region: 'us-east-1', seenBy: 'listing' } as const;
    const foreign = { ...orphan, id: 'i-77', name: 'somebody-else' };
    const controller = new AbortController();
    const lab = fakeLab({ terraform: { apply: ['hang-unrecorded'], onHang: () => controller.abort('SIGINT') }, cloud: { listings: [[orphan, foreign], [foreign], []] } });
    expect(await applyTo(lab, {}, { signal: controller.signal })).toMatchObject({ exitCode: 130 });
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0 });
    expect(lab.terraform.calls).toEqual(['init', 'apply', 'import fake_machine.vm-1 i-1', 'destroy']);
    expect(lab.ofType('receipt')).toMatchObject([{ found: 1, deleted: 1, left: [] }]);
  });

  it('SIGTERM is 143', async () => {
    const controller = new AbortController();
    const lab = fakeLab({ terraform: { apply: ['hang'], onHang: () => controller.abort('SIGTERM') } });
    expect(await applyTo(lab, {}, { signal: controller.signal })).toMatchObject({ exitCode: 143 });
  });

  it('--timeout ends the run with 6 and removes what was made', async () => {
    const lab = fakeLab({ terraform: { apply: ['hang'] } });
    expect(await applyTo(lab, {}, { timeoutMs: 15_000 })).toMatchObject({ exitCode: 6 });
    expect(lab.terraform.calls).toEqual(['init', 'apply', 'destroy']);
    expect(archived(lab)).toBe(true);
  });

  it('synth writes and stops; apply --session goes on with the very files', async () => {
    const lab = fakeLab();
    expect(await applyTo(lab, {}, { create: false })).toMatchObject({ exitCode: 0, phase: 'synthesizing' });
    expect(lab.terraform.calls).toEqual([]);
    const file = join(lab.root, id, 'stacks/aws/cdk.tf.json');
    writeFileSync(file, '{"machines":["lab-aws","by-hand"]}');
    expect(await applyTo(lab, {}, { session: id })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(file, 'utf8')).toContain('by-hand');
    expect(lab.cloud.calls.filter((call) => call === 'lookup')).toHaveLength(1);
  });

  it('goes on with a failed session under the same id, planned anew where flags change it', async () => {
    const lab = fakeLab({ terraform: { apply: [{ error: 'Capacity', created: false }] } });
    expect(await applyTo(lab)).toMatchObject({ exitCode: 5 });
    expect(archived(lab)).toBe(true);
    expect(await applyTo(lab, { region: 'eu-west-1' }, { session: id, replan: true })).toMatchObject({ exitCode: 0, hosts: [{ region: 'eu-west-1' }] });
    expect(sessionsOf(lab)).toEqual([id]);
  });

  it('refuses to plan a session anew while it has resources (5)', async () => {
    const lab = fakeLab();
    await applyTo(lab);
    expect(await applyTo(lab, { region: 'eu-west-1' }, { session: id, replan: true })).toMatchObject({ exitCode: 5 });
    expect(recordOf(lab).phase).toBe('ready');
  });

  it('several stacks share a session, and --parallelism bounds how many work at once', async () => {
    const lab = fakeLab();
    expect(await applyTo(lab, { cloud: ['aws:eu-west-1', 'aws:us-east-1'] }, { parallelism: 1 })).toMatchObject({
      exitCode: 0,
      hosts: [{ name: 'lab-aws-eu-west-1', region: 'eu-west-1' }, { name: 'lab-aws-us-east-1', region: 'us-east-1' }],
    });
    const applying = lab.ofType('phase').filter(({ phase }) => phase === 'planning' || phase === 'ready').map(({ stack, phase }) => `${stack ?? ''} ${phase}`);
    expect(applying.slice(0, 4)).toEqual(['aws-eu-west-1 planning', 'aws-eu-west-1 ready', 'aws-us-east-1 planning', 'aws-us-east-1 ready']);
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0 });
    expect(lab.ofType('receipt')).toMatchObject([{ found: 2, deleted: 2 }]);
  });

  it('one stack that fails is removed alone; the other stays (5)', async () => {
    const lab = fakeLab({ terraform: { apply: [{ error: 'Quota', created: true }] } });
    expect(await applyTo(lab, { cloud: ['aws:eu-west-1', 'aws:us-east-1'] }, { parallelism: 1 })).toMatchObject({ exitCode: 5, hosts: [{ region: 'us-east-1' }] });
    expect(lab.terraform.calls.filter((call) => call === 'destroy')).toHaveLength(1);
    expect(sessionsOf(lab)).toEqual([id]);
  });

  it('onReady that fails is 6, and the machines are kept', async () => {
    const lab = fakeLab({ onReadyExit: 3 });
    expect(await applyTo(lab, { onReady: 'ansible-playbook site.yml' })).toMatchObject({ exitCode: 6, hosts: [{ stage: 'ready' }] });
    expect(lab.terraform.calls).not.toContain('destroy');
  });

  it('an init that fails leaves nothing but the trail in the archive', async () => {
    const lab = fakeLab({ terraform: { init: ['no such provider'] } });
    expect(await applyTo(lab)).toMatchObject({ ok: false, exitCode: 5 });
    expect(lab.terraform.calls).toEqual(['init']);
    expect(sessionsOf(lab)).toEqual([]);
  });
});

describe('destroy', () => {
  async function labOf(options: FakeLabOptions = {}): Promise<FakeLab> {
    const lab = fakeLab(options);
    expect((await applyTo(lab)).exitCode).toBe(0);
    lab.events.length = 0;
    return lab;
  }

  it('proves zero by state and by listing, archives, removes the private key, writes receipt.json', async () => {
    const lab = await labOf();
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0, phase: 'destroyed' });
    const receipt = { found: 1, deleted: 1, left: [], byType: { fake_machine: { found: 1, deleted: 1, left: 0 } }, verifiedBy: ['state', 'listing'] };
    expect(lab.ofType('receipt')).toMatchObject([receipt]);
    const home = join(lab.root, '.archive', id);
    expect(JSON.parse(readFileSync(join(home, 'receipt.json'), 'utf8'))).toMatchObject(receipt);
    expect(existsSync(join(home, 'ssh/id_ed25519'))).toBe(false);
    expect(sessionsOf(lab)).toEqual([]);
    expect(lab.terraform.calls).toEqual(['init', 'apply', 'destroy']);
  });

  it('a second destroy is a friendly no-op (0)', async () => {
    const lab = await labOf();
    await destroyIn(lab);
    expect(await destroyIn(lab, true)).toMatchObject({ exitCode: 0, phase: 'destroyed' });
    expect(await destroyIn(lab, false)).toMatchObject({ exitCode: 0, phase: 'destroyed' });
    expect(lab.terraform.calls.filter((call) => call === 'destroy')).toHaveLength(1);
  });

  it('waits for a listing that lags, and is 7 with a list when something stays', async () => {
    const stray = { type: 'aws_ebs_volume', id: 'vol-9', name: null, region: 'us-east-1', seenBy: 'listing' } as const;
    const lagging = await labOf({ cloud: { listings: [[stray], [stray], []] } });
    expect(await destroyIn(lagging)).toMatchObject({ exitCode: 0 });

    const lab = await labOf({ cloud: { listings: [[stray]] } });
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 7, phase: 'failed' });
    expect(lab.ofType('receipt')).toMatchObject([{ found: 2, deleted: 1, left: [stray] }]);
    expect(sessionsOf(lab)).toEqual([id]);
    expect(existsSync(join(lab.root, id, 'ssh/id_ed25519'))).toBe(true);
  });

  it('tries again after a retryable error, and reports what does not pass (7)', async () => {
    const passing = await labOf({ terraform: { destroy: ['Throttled'] } });
    expect(await destroyIn(passing)).toMatchObject({ exitCode: 0 });

    const lab = await labOf({ terraform: { destroy: ['Expired'] } });
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 7 });
    expect(lab.ofType('diagnostic')).toMatchObject([{ kind: 'credentials' }]);
    expect(lab.ofType('receipt')).toMatchObject([{ left: [{ type: 'fake_machine', id: 'i-1', seenBy: 'state' }] }]);
  });

  it('does not claim what it could not ask: a listing that fails is 7, verified by the state only', async () => {
    const lab = await labOf({ cloud: { listingError: { kind: 'credentials', summary: 'expired' } } });
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 7 });
    expect(lab.ofType('receipt')).toMatchObject([{ left: [], verifiedBy: ['state'] }]);
    expect(sessionsOf(lab)).toEqual([id]);
  });

  it.each(['emptied', 'truncated', 'foreign'])('restores an %s state from the newest backup before it destroys', async (how) => {
    const lab = await labOf();
    const state = join(lab.root, id, 'stacks/aws/terraform.tfstate');
    if (how === 'emptied') truncateSync(state, 0);
    else if (how === 'truncated') truncateSync(state, 40);
    else writeFileSync(state, '{"hello":1}');
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0 });
    expect(lab.ofType('fallback')).toHaveLength(1);
    expect(lab.ofType('receipt')).toMatchObject([{ found: 1, deleted: 1 }]);
  });

  it('never starts Terraform on a broken state without a backup', async () => {
    const lab = await labOf();
    truncateSync(join(lab.root, id, 'stacks/aws/terraform.tfstate'), 0);
    const backups = join(lab.root, id, 'backups/aws');
    for (const file of readdirSync(backups)) truncateSync(join(backups, file), 10);
    lab.terraform.calls.length = 0;
    expect(await applyTo(lab, {}, { session: id })).toMatchObject({ exitCode: 5 });
    expect(lab.terraform.calls).not.toContain('apply');
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 7 });
    expect(lab.terraform.calls).not.toContain('destroy');
    expect(lab.ofType('diagnostic').some(({ kind }) => kind === 'state')).toBe(true);
  });

  it('a session that was only written is gone without asking any cloud', async () => {
    const lab = fakeLab();
    await applyTo(lab, {}, { create: false });
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0 });
    expect(lab.terraform.calls).toEqual([]);
    expect(lab.cloud.calls).not.toContain('list');
  });
});
