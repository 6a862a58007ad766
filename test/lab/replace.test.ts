import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../src/core/session.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { replaceMachines, type ReplaceRequest } from '../../src/lab/replace.ts';
import type { Wanted } from '../../src/lab/replace-target.ts';
import { fakeLab, type FakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';
const signal = new AbortController().signal;
const replacing = { drift: { 'fake_machine.vm-1': 'replace', 'fake_machine.vm-2': 'replace' } };

async function labOf(options: FakeLabOptions = {}, fields: Readonly<Record<string, unknown>> = {}): Promise<FakeLab> {
  const lab = fakeLab({ terraform: replacing, ...options });
  await applyLab(
    { lab: { profile: profileOf({ count: 2, ...fields }), userData: null, maxHourly: null, requireProtection: false }, autoApprove: true, parallelism: null, create: true, sink: () => undefined, signal, timeoutMs: null },
    lab.ports,
  );
  lab.terraform.calls.length = 0;
  return lab;
}

function replace(lab: FakeLab, { fields = {}, asked = [], ...request }: Partial<Omit<ReplaceRequest, 'wanted'>> & { readonly distro?: string; readonly fields?: Readonly<Record<string, unknown>>; readonly asked?: readonly ('size' | 'instanceType')[] } = {}) {
  const { distro = 'rocky@9', ...rest } = request;
  const wanted: Wanted = { distro, profile: profileOf({ count: 2, ...fields }), asked: new Set(asked) };
  return replaceMachines({ id, archived: false, wanted, stack: null, host: null, rollback: true, autoApprove: true, sink: (event) => lab.sink(event), signal, timeoutMs: null, ...rest }, lab.ports);
}

const recordOf = (lab: FakeLab): Promise<SessionRecord> => lab.ports.sessions.load(id);
const writtenOf = (lab: FakeLab): string => readFileSync(join(lab.root, id, 'stacks/aws/cdk.tf.json'), 'utf8');
const machinesIn = (lab: FakeLab) => (JSON.parse(writtenOf(lab)) as { resource: { fake_machine: Record<string, { distro: string; type: string }> } }).resource.fake_machine;

describe('replace', () => {
  it('applies the very plan that was looked at, and then trusts only what was injected into the new machines', async () => {
    const lab = await labOf();
    const before = await recordOf(lab);
    const result = await replace(lab);
    expect(result).toMatchObject({ exitCode: 0, phase: 'ready', replaced: [{ stack: 'aws', hosts: ['lab-aws-1', 'lab-aws-2'], from: 'debian@12', to: 'rocky@9', outcome: 'replaced', hourlyBefore: 0.08, hourlyAfter: 0.08 }] });
    expect(lab.terraform.calls).toEqual(['plan', 'apply labtui.tfplan']);
    expect(lab.hostKeys).toEqual(['keep', 'forget'].flatMap((former) => [1, 2].map((n) => `lab-aws-${n} ${former}s the former, one expected`)));
    const after = await recordOf(lab);
    expect(after).toMatchObject({ createdAt: before.createdAt, expiresAt: before.expiresAt, phase: 'ready', profile: { distro: 'rocky@9' } });
    expect(after.stacks.aws).toMatchObject({ phase: 'ready', plan: { user: 'rocky' }, hosts: [{ user: 'rocky' }, { user: 'rocky' }] });
    expect(after.stacks.aws?.replacement).toBeUndefined();
    expect(after.stacks.aws?.rewriting).toBeUndefined();
    expect(lab.ofType('phase').map(({ phase }) => phase)).toContain('replacing');
  });

  it('takes one machine of several: the others stay to the letter, and the cost is that of all', async () => {
    const lab = await labOf({ terraform: { drift: { 'fake_machine.vm-2': 'replace' } }, cloud: { prices: { 't3a.medium': 0.04, 't3.xlarge': 0.2 } } });
    const result = await replace(lab, { host: 'lab-aws-2', asked: ['instanceType'], fields: { instanceType: 't3.xlarge' } });
    expect(result).toMatchObject({ exitCode: 0, replaced: [{ hosts: ['lab-aws-2'], hourlyBefore: 0.08, hourlyAfter: 0.24 }] });
    expect(machinesIn(lab)).toMatchObject({ 'vm-1': { distro: 'debian@12', type: 't3a.medium' }, 'vm-2': { distro: 'rocky@9', type: 't3.xlarge' } });
    const { stacks, profile } = await recordOf(lab);
    expect(stacks.aws?.plan).toMatchObject({ distro: { name: 'debian' }, machines: [{ name: 'lab-aws-1' }, { name: 'lab-aws-2', own: { distro: { name: 'rocky' }, user: 'rocky' } }] });
    expect(stacks.aws?.hosts.map(({ user }) => user)).toEqual(['admin', 'rocky']);
    // One profile cannot say it.
    expect(profile.distro).toBe('debian@12');
    expect((await lab.ports.sessions.list({ archived: false }))[0]).toMatchObject({ distro: ['debian@12', 'rocky@9'], hourlyCost: 0.24 });
  });

  it.each(['create', 'delete', 'replace'])('applies no plan that would %s anything but the machines (5): all is as it was', async (action) => {
    const lab = await labOf({ terraform: { drift: { ...replacing.drift, 'fake_subnet.net': action, 'fake_schedule.deadline': 'update' } } });
    const [record, written] = [await recordOf(lab), writtenOf(lab)];
    expect(await replace(lab, { autoApprove: false })).toMatchObject({ exitCode: 5, phase: 'failed' });
    expect(lab.ofType('diagnostic')).toMatchObject([{ summary: expect.stringContaining(`also ${action} fake_subnet.net`) as string }]);
    expect(lab.asked).toEqual([]);
    expect(lab.terraform.calls).toEqual(['plan']);
    expect(await recordOf(lab)).toEqual(record);
    expect(writtenOf(lab)).toBe(written);
  });

  it('asks, and without a yes changes nothing (8)', async () => {
    const lab = await labOf({ answer: false });
    const [record, written] = [await recordOf(lab), writtenOf(lab)];
    expect(await replace(lab, { autoApprove: false })).toMatchObject({ exitCode: 8 });
    expect(lab.asked).toEqual(['replace']);
    expect(lab.terraform.calls).toEqual(['plan']);
    expect(await recordOf(lab)).toEqual(record);
    expect(writtenOf(lab)).toBe(written);
  });

  it('has changed nothing where the former machines still stand after a failed apply (5)', async () => {
    const lab = await labOf({ terraform: { ...replacing, apply: [undefined, { error: 'Quota: no', created: false }] } });
    const [record, written] = [await recordOf(lab), writtenOf(lab)];
    lab.terraform.calls.push('apply');
    expect(await replace(lab)).toMatchObject({ exitCode: 5, phase: 'ready', replaced: [{ outcome: 'unchanged', shellMs: null }] });
    expect(lab.terraform.calls.slice(1)).toEqual(['plan', 'apply labtui.tfplan']);
    expect(lab.hostKeys.slice(-2)).toEqual(['lab-aws-1 forgets what was expected', 'lab-aws-2 forgets what was expected']);
    const after = await recordOf(lab);
    expect(after.stacks).toEqual(record.stacks);
    expect(writtenOf(lab)).toBe(written);
  });

  it('puts back what was only planned when a labtui died, before anything else', async () => {
    const lab = await labOf();
    const written = writtenOf(lab);
    const { writeFile } = lab.ports;
    let writes = 0;
    // What was planned is written; the power fails before it is put back.
    const dying: FakeLab = {
      ...lab,
      ports: { ...lab.ports, approve: () => Promise.reject(new Error('killed')), keepStackTrace: () => null, writeFile: (file, text) => ((writes += 1) > 2 ? Promise.reject(new Error('no power')) : writeFile(file, text)) },
    };
    expect(await replace(dying, { autoApprove: false })).toMatchObject({ exitCode: 1 });
    expect(writtenOf(lab)).not.toBe(written);
    expect((await recordOf(lab)).stacks.aws).toMatchObject({ rewriting: true, plan: { distro: { name: 'debian' } } });
    expect(await replace(lab, { distro: 'debian@12' })).toMatchObject({ exitCode: 0, replaced: [] });
    expect(writtenOf(lab)).toBe(written);
    expect((await recordOf(lab)).stacks.aws?.rewriting).toBeUndefined();
  });

  it('hands the new machines to onReady, whose failure does not undo them (6)', async () => {
    const lab = await labOf({}, { onReady: 'provision' });
    const handed: unknown[] = [];
    const ports = { ...lab.ports, runOnReady: (command: string, hosts: readonly { readonly name: string }[]) => (handed.push([command, hosts.map(({ name }) => name)]), Promise.resolve(3)) };
    expect(await replace({ ...lab, ports }, { host: 'lab-aws-2', distro: 'rocky' })).toMatchObject({ exitCode: 5 });
    expect(handed).toEqual([]);
    expect(await replace({ ...lab, ports })).toMatchObject({ exitCode: 6, phase: 'failed', replaced: [{ outcome: 'replaced' }] });
    expect(handed).toEqual([['provision', ['lab-aws-1', 'lab-aws-2']]]);
  });

  it('has nothing to do for what they are already', async () => {
    const lab = await labOf();
    expect(await replace(lab, { distro: 'debian' })).toMatchObject({ exitCode: 0, phase: 'ready', replaced: [] });
    expect(await replace(lab, { distro: 'debian', asked: ['size'] })).toMatchObject({ exitCode: 0, replaced: [] });
    expect(lab.terraform.calls).toEqual([]);
  });

  it('is refused past the deadline (5), and for what is gone (3)', async () => {
    const lab = await labOf();
    expect(await replace(lab, { archived: true })).toMatchObject({ exitCode: 3 });
    await lab.ports.sleep(30 * 3_600_000);
    expect(await replace(lab)).toMatchObject({ exitCode: 5 });
    expect(lab.terraform.calls).toEqual([]);
  });
});
