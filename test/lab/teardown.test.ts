import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import type { LeftResource } from '../../src/core/events.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { destroySession } from '../../src/lab/destroy.ts';
import type { LabPorts } from '../../src/lab/ports.ts';
import { verifySession } from '../../src/lab/verify.ts';
import { type FakeLab, fakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';
const stray: LeftResource = { type: 'aws_ebs_volume', id: 'vol-9', name: null, region: 'us-east-1', seenBy: 'listing' };
const machine: LeftResource = { type: 'fake_machine', id: 'i-1', name: 'lab-aws', region: 'us-east-1', seenBy: 'listing' };

async function labOf(options: FakeLabOptions = {}): Promise<FakeLab> {
  const lab = fakeLab(options);
  const request = { profile: profileOf(), userData: null, maxHourly: null, requireProtection: false };
  const sink = (event: FakeLab['events'][number]): void => lab.sink(event);
  await applyLab({ lab: request, autoApprove: true, parallelism: null, create: true, sink, signal: new AbortController().signal, timeoutMs: null }, lab.ports);
  lab.events.length = 0;
  lab.cloud.calls.length = 0;
  return lab;
}

const destroyIn = (lab: FakeLab, more: { withoutTerraform?: boolean; signal?: AbortSignal } = {}, ports = lab.ports) =>
  destroySession({ id, archived: false, sink: (event) => lab.sink(event), signal: new AbortController().signal, timeoutMs: null, ...more }, ports);
/** A computer whose Terraform was removed since the apply. */
const bare = ({ ports }: FakeLab): LabPorts => ({
  ...ports,
  terraform: { ...ports.terraform, version: () => Promise.reject(new LabError({ kind: 'prerequisite', summary: 'there is no terraform', hint: 'install one' })) },
});
const verifyIn = (lab: FakeLab, archived = false) => verifySession({ id, archived, sink: (event) => lab.sink(event), signal: new AbortController().signal }, lab.ports);
const receiptOf = (lab: FakeLab): unknown => JSON.parse(readFileSync(join(lab.root, '.archive', id, 'receipt.json'), 'utf8'));

describe('before Terraform may create anything', () => {
  it('the ledger names the place, and the sessions directory', async () => {
    const seen: unknown[] = [];
    const lab = fakeLab({
      terraform: {
        onApply: () => {
          const ledger = join(lab.root, '../ledger');
          seen.push(...readdirSync(ledger).map((name) => JSON.parse(readFileSync(join(ledger, name), 'utf8')) as unknown));
        },
      },
    });
    const request = { profile: profileOf(), userData: null, maxHourly: null, requireProtection: false };
    await applyLab({ lab: request, autoApprove: true, parallelism: null, create: true, sink: () => undefined, signal: new AbortController().signal, timeoutMs: null }, lab.ports);
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual(expect.objectContaining({ kind: 'place', cloud: 'aws', account: '123456789012', region: 'us-east-1' }));
    expect(seen).toContainEqual(expect.objectContaining({ kind: 'root', root: lab.root }));
  });

  it('a ledger that cannot be written refuses it (4), and nothing is created', async () => {
    const lab = fakeLab();
    const ports = { ...lab.ports, ledger: { ...lab.ports.ledger, note: () => lab.ports.sessions.load('no-such-aaaaaa').then(() => undefined) } };
    const request = { profile: profileOf(), userData: null, maxHourly: null, requireProtection: false };
    const result = await applyLab({ lab: request, autoApprove: true, parallelism: null, create: true, sink: (event) => lab.sink(event), signal: new AbortController().signal, timeoutMs: null }, ports);
    expect(result.ok).toBe(false);
    expect(lab.terraform.calls).toEqual(['init']);
    expect(readdirSync(lab.root).filter((name) => !name.startsWith('.'))).toEqual([]);
  });
});

describe('what no state knows of a session that is destroyed', () => {
  it('goes by the cloud’s own API, is named, and counts as found and deleted', async () => {
    const lab = await labOf({ cloud: { listings: [[stray]], undeletable: [] } });
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0 });
    expect(lab.cloud.calls).toContain('delete vol-9');
    expect(lab.ofType('log').map(({ message }) => message)).toContainEqual(expect.stringContaining('aws_ebs_volume vol-9'));
    expect(receiptOf(lab)).toMatchObject({ found: 2, deleted: 2, left: [], byType: { aws_ebs_volume: { found: 1, deleted: 1, left: 0 }, fake_machine: { found: 1, deleted: 1 } } });
  });

  it('stays listed where it cannot be deleted (7), with the reason', async () => {
    const lab = await labOf({ cloud: { listings: [[stray]], undeletable: ['vol-9'] } });
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 7 });
    expect(lab.ofType('receipt')).toMatchObject([{ found: 2, deleted: 1, left: [stray] }]);
    expect(lab.ofType('diagnostic')).toMatchObject([{ severity: 'warning', summary: expect.stringContaining('it is held') }]);
  });

  it('is given time to leave the listing by itself first', async () => {
    const lab = await labOf({ cloud: { listings: [[stray], [stray], []], undeletable: [] } });
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0 });
    expect(lab.cloud.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
  });

  it('is taken out of the way of a destroy that failed, which is then tried again', async () => {
    const lab = await labOf({ cloud: { listings: [[machine, stray], [machine, stray], [machine, stray], [machine], []], undeletable: [] }, terraform: { destroy: ['DependencyViolation: it is held'] } });
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0 });
    // The machine is in the state, so it is Terraform's.
    expect(lab.cloud.calls.filter((call) => call.startsWith('delete'))).toEqual(['delete vol-9']);
    expect(lab.terraform.calls.filter((call) => call === 'destroy')).toHaveLength(2);
  });

  it('is not touched where Terraform was interrupted', async () => {
    const stop = new AbortController();
    const lab = await labOf({ cloud: { listings: [[stray]], undeletable: [] } });
    stop.abort('SIGINT');
    expect(await destroyIn(lab, { signal: stop.signal })).toMatchObject({ exitCode: 130 });
    expect(lab.cloud.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
  });
});

describe('a receipt', () => {
  it('says account, region, tag query and the time of the listing, by stack', async () => {
    const lab = await labOf();
    await destroyIn(lab);
    const place = { cloud: 'aws', account: '123456789012', region: 'us-east-1', tagQuery: `labtui-session-id=${id}` };
    expect(receiptOf(lab)).toMatchObject({ stacks: { aws: { place } } });
    const { stacks } = receiptOf(lab) as { stacks: { aws: { place: { listedAt: string } } } };
    expect(Date.parse(stacks.aws.place.listedAt)).not.toBeNaN();
  });

  it('does not claim a listing that failed', async () => {
    const lab = await labOf({ cloud: { listingError: { kind: 'network', summary: 'down' } } });
    await destroyIn(lab);
    expect(lab.ofType('receipt')).toMatchObject([{ stacks: { aws: { place: { listedAt: null } } } }]);
  });
});

describe('without Terraform', () => {
  it('a plain destroy says so before it touches anything, and names the other way (4)', async () => {
    const lab = await labOf();
    const result = await destroyIn(lab, {}, bare(lab));
    expect(result).toMatchObject({ exitCode: 4 });
    expect(lab.ofType('diagnostic')).toMatchObject([{ kind: 'prerequisite', hint: expect.stringContaining(`labtui destroy ${id} --without-terraform`) }]);
    expect(lab.terraform.calls).not.toContain('destroy');
    expect(lab.ofType('receipt')).toEqual([]);
  });

  it('--without-terraform deletes by tag, proves it by the listing alone, keeps the state aside and archives', async () => {
    const lab = await labOf({ cloud: { listings: [[machine, stray]], undeletable: [] } });
    expect(await destroyIn(lab, { withoutTerraform: true }, bare(lab))).toMatchObject({ exitCode: 0, phase: 'destroyed' });
    expect(lab.cloud.calls).toContain('delete i-1 vol-9');
    expect(receiptOf(lab)).toMatchObject({ found: 2, deleted: 2, left: [], verifiedBy: ['listing'] });
    const home = join(lab.root, '.archive', id);
    expect(existsSync(join(home, 'stacks/aws/terraform.tfstate'))).toBe(false);
    expect(readdirSync(join(home, 'backups/aws')).some((name) => name.endsWith('.replaced'))).toBe(true);
    expect(lab.terraform.calls).not.toContain('destroy');
  });

  it('keeps session and state where something stays (7), and where the cloud cannot be asked', async () => {
    const held = await labOf({ cloud: { listings: [[machine]], undeletable: ['i-1'] } });
    expect(await destroyIn(held, { withoutTerraform: true })).toMatchObject({ exitCode: 7 });
    const silent = await labOf({ cloud: { listingError: { kind: 'credentials', summary: 'expired' } } });
    expect(await destroyIn(silent, { withoutTerraform: true })).toMatchObject({ exitCode: 7 });
    expect(silent.ofType('receipt')).toMatchObject([{ verifiedBy: [] }]);
    for (const lab of [held, silent]) expect(existsSync(join(lab.root, id, 'stacks/aws/terraform.tfstate'))).toBe(true);
  });
});

describe('verify', () => {
  const clean = { drifted: [], vanished: [], orphaned: [], problems: [] };
  const quiet = { terraform: { drift: {} } } as const;

  it('is 0 where the state and the cloud agree, and changes neither state nor session', async () => {
    const lab = await labOf({ ...quiet, cloud: { listings: [[machine]] } });
    const state = join(lab.root, id, 'stacks/aws/terraform.tfstate');
    const before = [readFileSync(state, 'utf8'), readFileSync(join(lab.root, id, 'session.json'), 'utf8'), readFileSync(join(lab.root, id, 'events.ndjson'), 'utf8')];
    expect(await verifyIn(lab)).toMatchObject({ exitCode: 0, verdict: { clean: true, session: id, stacks: { aws: clean } } });
    expect([readFileSync(state, 'utf8'), readFileSync(join(lab.root, id, 'session.json'), 'utf8'), readFileSync(join(lab.root, id, 'events.ndjson'), 'utf8')]).toEqual(before);
    expect(lab.terraform.calls.slice(2)).toEqual(['plan']);
  });

  it.each([
    ['drifted', { 'fake_machine.vm-1': 'update' }, { drifted: [{ address: 'fake_machine.vm-1', id: 'i-1', action: 'update' }] }],
    ['vanished', { 'fake_machine.vm-1': 'create' }, { vanished: [{ address: 'fake_machine.vm-1', id: 'i-1' }] }],
  ])('%s is 9', async (_, drift, expected) => {
    const lab = await labOf({ terraform: { drift }, cloud: { listings: [[machine]] } });
    expect(await verifyIn(lab)).toMatchObject({ exitCode: 9, verdict: { clean: false, stacks: { aws: { ...clean, ...expected } } } });
  });

  it('what the state lacks but only the configuration has is no difference of the state', async () => {
    const lab = await labOf({ terraform: { drift: { 'fake_machine.vm-2': 'create' } }, cloud: { listings: [[machine]] } });
    expect(await verifyIn(lab)).toMatchObject({ exitCode: 0 });
  });

  it('orphaned is 9: what has the tag and no state knows', async () => {
    const lab = await labOf({ ...quiet, cloud: { listings: [[machine, stray]] } });
    expect(await verifyIn(lab)).toMatchObject({ exitCode: 9, verdict: { stacks: { aws: { orphaned: [stray] } } } });
  });

  it('does not call it clean where the cloud cannot be asked (4 for credentials)', async () => {
    const lab = await labOf({ ...quiet, cloud: { listingError: { kind: 'credentials', summary: 'expired' } } });
    expect(await verifyIn(lab)).toMatchObject({ exitCode: 4, verdict: { clean: false, stacks: { aws: { problems: [{ kind: 'credentials' }] } } } });
  });

  it('of a session that has ended says whether anything is left', async () => {
    const lab = await labOf({ ...quiet, cloud: { listings: [[], [], [stray]] } });
    await destroyIn(lab);
    lab.terraform.calls.length = 0;
    expect(await verifyIn(lab, true)).toMatchObject({ exitCode: 0, verdict: { archived: true } });
    expect(await verifyIn(lab, true)).toMatchObject({ exitCode: 9, verdict: { stacks: { aws: { orphaned: [stray] } } } });
    expect(lab.terraform.calls).toEqual([]);
  });
});
