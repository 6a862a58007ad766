import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listSnapshotsOf, snapshot } from '../../src/cli/commands/snapshot.ts';
import { openClouds } from '../../src/core/open-clouds.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { cliContext } from '../support/cli-context.ts';
import { fakeLab, profileOf } from '../support/fake-lab.ts';

async function labOf(snapshots: readonly Snapshot[]) {
  const lab = fakeLab({ cloud: { snapshots } });
  await applyLab(
    { lab: { profile: profileOf(), userData: null, maxHourly: null, requireProtection: false }, autoApprove: true, parallelism: null, create: true, sink: () => undefined, signal: new AbortController().signal, timeoutMs: null },
    lab.ports,
  );
  lab.cloud.calls.length = 0;
  const clouds = openClouds([lab.cloud]);
  const at = (json: boolean) => cliContext({ clouds, cwd: join(lab.root, '..'), json });
  return { lab, at };
}

describe('labtui snapshot', () => {
  it('lists what a cloud keeps, for people and as a document', async () => {
    const { at } = await labOf([
      { name: 'fresh', createdAt: '2026-11-21T10:30:00.000Z', sizeBytes: 2_000_000_000 },
      { name: 'later', createdAt: null, sizeBytes: null },
    ]);
    const text = at(false);
    expect(await listSnapshotsOf(text, 'lab', {})).toBe(0);
    expect(text.printed().split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual(['NAME MACHINE MADE SIZE', 'fresh lab-aws 2026-11-21T10:30:00.000Z 2.0 GB', expect.stringMatching(/^later lab-aws [–-] [–-]$/), '']);
    const document = at(true);
    expect(await listSnapshotsOf(document, 'lab', {})).toBe(0);
    expect(JSON.parse(document.printed())).toEqual([
      { stack: 'aws', host: 'lab-aws', name: 'fresh', createdAt: '2026-11-21T10:30:00.000Z', sizeBytes: 2_000_000_000 },
      { stack: 'aws', host: 'lab-aws', name: 'later', createdAt: null, sizeBytes: null },
    ]);
  });

  it('makes one under the time where nobody names it, as a run whose last line is its result', async () => {
    const { lab, at } = await labOf([]);
    const context = at(true);
    expect(await snapshot(context, 'create', 'lab', undefined, {})).toBe(0);
    const [made] = lab.cloud.calls;
    expect(made).toMatch(/^snapshot i-1 snap-\d{8}-\d{6}$/);
    const lines = context.printed().trimEnd().split('\n').map((line) => JSON.parse(line) as { type: string; snapshots?: readonly { readonly name: string }[] });
    expect(lines.at(-1)).toMatchObject({ type: 'result', ok: true, snapshots: [{ host: 'lab-aws', name: made?.split(' ')[2] }] });
  });

  it('asks before it goes back to one: without a terminal it refuses (8)', async () => {
    const { lab, at } = await labOf([{ name: 'fresh', createdAt: null, sizeBytes: null }]);
    await expect(snapshot(at(false), 'restore', 'lab', 'fresh', {})).rejects.toMatchObject({ exitCode: 8 });
    expect(lab.cloud.calls).toEqual([]);
  });
});
