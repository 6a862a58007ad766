import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyLab } from '../../src/lab/apply.ts';
import { destroySession } from '../../src/lab/destroy.ts';
import { restoreState } from '../../src/lab/restore-state.ts';
import { stateHistory } from '../../src/lab/state-versions.ts';
import { type FakeLab, fakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

const id = 'lab-bbbbbb';
const signal = new AbortController().signal;

const applyIn = (lab: FakeLab, session: string | null = null) =>
  applyLab(
    {
      lab: session === null ? { profile: profileOf({ count: 2 }), userData: null, maxHourly: null, requireProtection: false } : { session, replan: null },
      autoApprove: true,
      parallelism: null,
      create: true,
      sink: (event) => lab.sink(event),
      signal,
      timeoutMs: null,
    },
    lab.ports,
  );
const destroyIn = (lab: FakeLab) => destroySession({ id, archived: false, sink: (event) => lab.sink(event), signal, timeoutMs: null }, lab.ports);
const restoreIn = (lab: FakeLab, backup: string, force = false) => restoreState({ id, stackId: 'aws', backup, force, sink: (event) => lab.sink(event), signal }, lab.ports);
const stateFile = (lab: FakeLab): string => join(lab.root, id, 'stacks/aws/terraform.tfstate');
const backupsOf = (lab: FakeLab): string => join(lab.root, id, 'backups/aws');
const stateOf = (lab: FakeLab): { serial: number; resources: unknown[] } => JSON.parse(readFileSync(stateFile(lab), 'utf8')) as never;

/** A lab that is up; what the state was at each later apply is noted. */
async function ready(options: FakeLabOptions = {}): Promise<{ lab: FakeLab; seen: string[] }> {
  const seen: string[] = [];
  const onApply = (directory: string): void => void seen.push(existsSync(join(directory, 'terraform.tfstate')) ? readFileSync(join(directory, 'terraform.tfstate'), 'utf8') : '');
  const lab = fakeLab({ ...options, terraform: { ...options.terraform, onApply } });
  expect(await applyIn(lab)).toMatchObject({ exitCode: 0 });
  lab.events.length = 0;
  seen.length = 0;
  return { lab, seen };
}

const broken: readonly [string, string, (text: string) => string | null][] = [
  ['zero bytes', 'empty', () => ''],
  ['cut off', 'not whole JSON', (text) => text.slice(0, text.length / 2)],
  ['gone', 'is missing', () => null],
  ['of another lineage', 'foreign', (text) => text.replace('a-lineage', 'of-another-stack')],
  ["another session's", 'another session (kernel-zzzzzz)', (text) => text.replaceAll('"tags":{', '"tags":{"labtui-session-id":"kernel-zzzzzz",')],
  ['older than what was kept', 'older (serial 0)', (text) => text.replace(/"serial":\d+/, '"serial":0')],
];

describe('a state that is not what Terraform left', () => {
  it.each(broken)('%s: is put back with an event before Terraform sees it, at apply and at destroy', async (_, reason, damage) => {
    const { lab, seen } = await ready();
    const whole = readFileSync(stateFile(lab), 'utf8');
    const spoil = (): void => {
      const text = damage(whole);
      if (text === null) rmSync(stateFile(lab));
      else writeFileSync(stateFile(lab), text);
    };
    spoil();
    expect(await applyIn(lab, id)).toMatchObject({ exitCode: 0 });
    expect(seen).toEqual([whole]);
    expect(lab.ofType('fallback')).toMatchObject([{ stack: 'aws', from: 'aws/terraform.tfstate', reason: expect.stringContaining(reason) }]);

    lab.events.length = 0;
    spoil();
    expect(await destroyIn(lab)).toMatchObject({ exitCode: 0 });
    expect(lab.ofType('fallback')).toHaveLength(1);
    expect(lab.ofType('receipt')).toMatchObject([{ found: 2, deleted: 2, left: [] }]);
  });

  it.each(broken.filter(([name]) => !['gone', 'older than what was kept', 'of another lineage'].includes(name)))(
    '%s, and no backup is left: apply refuses and starts nothing',
    async (_, reason, damage) => {
      const { lab, seen } = await ready();
      writeFileSync(stateFile(lab), damage(readFileSync(stateFile(lab), 'utf8')) ?? '');
      rmSync(backupsOf(lab), { recursive: true });
      expect(await applyIn(lab, id)).toMatchObject({ exitCode: 5 });
      expect(seen).toEqual([]);
      expect(lab.ofType('diagnostic')).toMatchObject([{ kind: 'state', summary: expect.stringContaining(reason) }]);
    },
  );

  it("a copy that names another session's resources is never put back: an older one of its own is, or the listing has the last word", async () => {
    const foreign = (text: string): string => text.replaceAll('"tags":{', '"tags":{"labtui-session-id":"kernel-zzzzzz",');
    const { lab, seen } = await ready();
    const whole = readFileSync(stateFile(lab), 'utf8');
    const spoil = (): void => writeFileSync(join(backupsOf(lab), '2099-01-01T00-00-00.000Z.tfstate'), foreign(whole));
    spoil();
    writeFileSync(stateFile(lab), foreign(whole));
    expect(await applyIn(lab, id)).toMatchObject({ exitCode: 0 });
    expect(seen).toEqual([whole]);

    for (const name of readdirSync(backupsOf(lab))) rmSync(join(backupsOf(lab), name));
    spoil();
    writeFileSync(stateFile(lab), foreign(whole));
    lab.events.length = 0;
    expect(await applyIn(lab, id)).toMatchObject({ exitCode: 5 });
    expect(lab.ofType('fallback')).toEqual([]);
    expect(lab.ofType('diagnostic')).toMatchObject([{ kind: 'state', summary: expect.stringContaining('another session (kernel-zzzzzz), and there is no whole backup of it') }]);
    rmSync(stateFile(lab));
    expect(await applyIn(lab, id)).toMatchObject({ exitCode: 5 });
    expect(existsSync(stateFile(lab))).toBe(false);
  });

  it('gone with all its backups: apply would create everything twice, so it refuses and names the way out', async () => {
    const { lab, seen } = await ready();
    rmSync(stateFile(lab));
    rmSync(backupsOf(lab), { recursive: true });
    expect(await applyIn(lab, id)).toMatchObject({ exitCode: 5 });
    expect(seen).toEqual([]);
    expect(lab.ofType('diagnostic')).toMatchObject([{ kind: 'state', summary: expect.stringMatching(/i-1, i-2 could not be taken in/), hint: expect.stringContaining(`labtui destroy ${id}`) }]);
  });
});

describe('the versions of a state', () => {
  it('are kept before and after each run, and during it whenever the file changes', async () => {
    const lab = fakeLab({ terraform: { onApply: (directory) => writeFileSync(join(directory, 'terraform.tfstate'), versionOf(0, [])) } });
    const { terraform } = lab.ports;
    const during: number[] = [];
    const slow = {
      ...terraform,
      apply: async (call: Parameters<typeof terraform.apply>[0]) => {
        for (const serial of [1, 2, 3]) {
          writeFileSync(join(call.directory, 'terraform.tfstate'), versionOf(serial, ['vm']));
          await expect.poll(() => readdirSync(backupsOf(lab)).length, { timeout: 60_000 }).toBe(serial);
          during.push(serial);
        }
        writeFileSync(join(call.directory, 'terraform.tfstate'), versionOf(4, ['vm']));
        return { ok: false, interrupted: false, errors: [{ severity: 'error' as const, summary: 'no', detail: '', address: null }], durationMs: 1 };
      },
    };
    await applyLab(
      { lab: { profile: profileOf({ onFailure: 'keep' }), userData: null, maxHourly: null, requireProtection: false }, autoApprove: true, parallelism: null, create: true, sink: (event) => lab.sink(event), signal, timeoutMs: null },
      { ...lab.ports, terraform: slow },
    );
    expect(during).toEqual([1, 2, 3]);
    const { versions } = await stateHistory(id, 'aws', lab.ports);
    expect(versions.map(({ number, serial, present }) => ({ number, serial, present }))).toEqual([4, 3, 2, 1].map((serial, index) => ({ number: index + 1, serial, present: index === 0 })));

    // What somebody did by hand in between is kept before the next run.
    writeFileSync(stateFile(lab), versionOf(5, ['vm', 'by-hand']));
    lab.terraform.calls.length = 0;
    await destroyIn(lab);
    const archived = join(lab.root, '.archive', id, 'backups/aws');
    const serials = readdirSync(archived).sort().map((name) => (JSON.parse(readFileSync(join(archived, name), 'utf8')) as { serial: number }).serial);
    expect(serials.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
  });

  it('can be put back: events say what it was and what is forgotten, and the next destroy looks for that by tag', async () => {
    const { lab } = await ready({ terraform: {} });
    const after = readFileSync(stateFile(lab), 'utf8');
    writeFileSync(stateFile(lab), versionOf(9, ['vm-1', 'vm-2', 'vm-3']));
    await lab.ports.sessions.backupState(id, 'aws');
    const { versions } = await stateHistory(id, 'aws', lab.ports);
    const [, former] = versions;
    expect(await restoreIn(lab, former?.name ?? '')).toMatchObject({ ok: true, exitCode: 0 });
    expect(readFileSync(stateFile(lab), 'utf8')).toBe(after);
    expect(lab.ofType('fallback')).toMatchObject([{ from: expect.stringContaining('serial 9, 3 resources'), reason: expect.stringContaining('state restore') }]);
    expect(lab.ofType('log').map(({ message }) => message).join('\n')).toContain('fake_machine.vm-3');
    expect((await stateHistory(id, 'aws', lab.ports)).versions.map(({ serial, present }) => [serial, present])).toEqual([[1, true], [9, false], [1, true]]);
    expect((await lab.ports.sessions.load(id)).stacks.aws).toMatchObject({ phase: 'failed' });
    expect((await lab.ports.sessions.readEvents(id)).at(-1)).toMatchObject({ type: 'result', ok: true, who: 'tester@host' });
    // Not taken for a state that a power cut brought back.
    lab.events.length = 0;
    await applyIn(lab, id);
    expect(lab.ofType('fallback')).toEqual([]);
  });

  it('of another lineage are put back only with --force, and one that is there already is left alone', async () => {
    const { lab } = await ready();
    writeFileSync(join(backupsOf(lab), '2020-01-01T00-00-00.000Z.tfstate'), versionOf(1, ['vm-1']).replace('a-lineage', 'b-lineage'));
    const before = stateOf(lab);
    expect(await restoreIn(lab, '2020-01-01T00-00-00.000Z.tfstate')).toMatchObject({ exitCode: 5 });
    expect(lab.ofType('diagnostic')).toMatchObject([{ kind: 'state', hint: expect.stringContaining('--force') }]);
    expect(stateOf(lab)).toEqual(before);
    const newest = (await stateHistory(id, 'aws', lab.ports)).versions[0]?.name ?? '';
    expect(await restoreIn(lab, newest)).toMatchObject({ exitCode: 0 });
    expect(stateOf(lab)).toEqual(before);

    expect(await restoreIn(lab, '2020-01-01T00-00-00.000Z.tfstate', true)).toMatchObject({ exitCode: 0 });
    expect(stateOf(lab)).toMatchObject({ serial: 1, lineage: 'b-lineage' });
    expect(readdirSync(backupsOf(lab)).filter((name) => name.endsWith('.replaced'))).toHaveLength(1);
  });

  it('wait for another labtui on the session', async () => {
    const { lab } = await ready();
    const lock = await lab.ports.sessions.lock(id, 'apply', () => undefined);
    const name = (await stateHistory(id, 'aws', lab.ports)).versions[0]?.name ?? '';
    let over = false;
    const restoring = restoreIn(lab, name).finally(() => (over = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(over).toBe(false);
    await lock.release();
    expect(await restoring).toMatchObject({ exitCode: 0 });
  });
});

function versionOf(serial: number, names: readonly string[]): string {
  const resources = names.map((name) => ({ mode: 'managed', type: 'fake_machine', name, provider: 'p', instances: [{ schema_version: 0, attributes: { id: `i-${name}` } }] }));
  return JSON.stringify({ version: 4, terraform_version: '1.11.4', serial, lineage: 'a-lineage', outputs: {}, resources });
}
