import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/core/snapshot.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { listSnapshots, snapshotSession, type SnapshotRequest } from '../../src/lab/snapshots.ts';
import { fakeLab, type FakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';
const before: Snapshot = { name: 'before', createdAt: '2026-11-21T10:30:00.000Z', sizeBytes: null };
const everything = { host: null, stack: null };

async function labOf(options: FakeLabOptions, fields: Readonly<Record<string, unknown>> = {}): Promise<FakeLab> {
  const lab = fakeLab({ answer: true, ...options });
  await applyLab(
    { lab: { profile: profileOf(fields), userData: null, maxHourly: null, requireProtection: false }, autoApprove: true, parallelism: null, create: true, sink: () => undefined, signal: new AbortController().signal, timeoutMs: null },
    lab.ports,
  );
  lab.cloud.calls.length = 0;
  lab.terraform.calls.length = 0;
  return lab;
}

function snapshot(lab: FakeLab, verb: SnapshotRequest['verb'], name: string, more: Partial<SnapshotRequest> = {}) {
  return snapshotSession({ verb, name, id, archived: false, ...everything, sink: (event) => lab.sink(event), signal: new AbortController().signal, timeoutMs: null, ...more }, lab.ports);
}

describe('snapshots', () => {
  it('are made of every machine, or of the one that is meant', async () => {
    const lab = await labOf({ cloud: { snapshots: [] } }, { count: 2 });
    const made = await snapshot(lab, 'create', 'fresh');
    expect(made).toMatchObject({ exitCode: 0, phase: 'ready', snapshots: [{ stack: 'aws', host: 'lab-aws-1', name: 'fresh', sizeBytes: 1_048_576 }, { name: 'fresh' }, { host: 'lab-aws-2' }, {}] });
    expect(await snapshot(lab, 'create', 'later', { host: '2' })).toMatchObject({ exitCode: 0 });
    expect(lab.cloud.calls).toEqual(['snapshot i-1 fresh', 'snapshot i-2 fresh', 'snapshot i-2 later']);
    expect(lab.terraform.calls).toEqual([]);
  });

  it('are listed without a run', async () => {
    const lab = await labOf({ cloud: { snapshots: [before] } });
    expect(await listSnapshots(await lab.ports.sessions.load(id), everything, lab.ports)).toEqual([{ stack: 'aws', host: 'lab-aws', ...before }]);
  });

  it('are gone back to, and the machine is waited for', async () => {
    const lab = await labOf({ cloud: { snapshots: [before] } });
    expect(await snapshot(lab, 'restore', 'before')).toMatchObject({ exitCode: 0, phase: 'ready', hosts: [{ stage: 'ready' }] });
    expect(lab.cloud.calls).toEqual(['restore i-1 before']);
    expect(lab.terraform.calls).toEqual(['refresh']);
    expect(lab.ofType('phase').map(({ phase }) => phase)).toEqual(['waiting-for-ssh', 'ready']);
  });

  it('are forgotten', async () => {
    const lab = await labOf({ cloud: { snapshots: [before] } });
    expect(await snapshot(lab, 'delete', 'before')).toMatchObject({ exitCode: 0, snapshots: [] });
  });

  it.each<[string, FakeLabOptions, string, RegExp]>([
    ['where there is none of that name', { cloud: { snapshots: [before] } }, 'after', /no snapshot after/],
    ['under a name that not every cloud takes', { cloud: { snapshots: [before] } }, 'Before!', /"Before!" is no name/],
    ['on a cloud that has none', { cloud: { snapshots: [before] }, capabilities: { snapshots: false } }, 'before', /AWS cannot keep snapshots of a machine/],
    ['on a cloud where labtui cannot yet', {}, 'before', /labtui cannot keep snapshots on AWS yet/],
  ])('are refused %s (3)', async (_, options, name, said) => {
    const lab = await labOf(options);
    expect(await snapshot(lab, 'restore', name)).toMatchObject({ exitCode: 3 });
    expect(lab.ofType('diagnostic')[0]?.summary).toMatch(said);
    expect(lab.cloud.calls).toEqual([]);
    expect(lab.terraform.calls).toEqual([]);
  });
});
