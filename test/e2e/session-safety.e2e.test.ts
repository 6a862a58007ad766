import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, finished, skipLoudly, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds, resultOf } from '../support/rehearsal.ts';

const skip = skipLoudly('the safety of a session', await missingTools(['terraform']));

interface Version {
  readonly number: number | null;
  readonly serial: number;
  readonly resources: number;
  readonly present: boolean;
}

describe.skipIf(skip)('a session, with the real Terraform on simulated clouds', () => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace();
  });
  afterAll(() => place.remove());
  const root = (session: string): string => join(place.sessions, session);
  const versions = async (session: string): Promise<readonly Version[]> => (await place.run(['state', 'list', session, '--json'])).json() as readonly Version[];

  it('has its state kept at every change, can go back to a former one, and is destroyed whole from it', async () => {
    const { session } = await applyRehearsed(place, { name: 'versions', cloud: 'aws' });
    const kept = await versions(session);
    expect(kept.length).toBeGreaterThan(1);
    expect(kept[0]).toMatchObject({ number: 1, present: true });
    expect(kept.map(({ serial }) => serial)).toEqual(kept.map(({ serial }) => serial).toSorted((a, b) => b - a));
    const resources = kept[0]?.resources ?? 0;
    expect(kept.at(-1)?.resources).toBeLessThan(resources);
    const document = (await place.run(['state', 'show', session, '--json'])).json() as { serial: number; resources: unknown[] };
    expect(document).toEqual(JSON.parse(readFileSync(join(root(session), 'stacks/aws/terraform.tfstate'), 'utf8')));
    expect((await place.run(['state', 'show', session])).stdout).toContain('aws_instance.');

    expect(await place.run(['state', 'restore', session])).toMatchObject({ exitCode: 8 });
    const oldest = String(kept.length);
    const restored = await place.run(['state', 'restore', session, oldest, '--auto-approve', '--json']);
    expect(resultOf(restored)).toMatchObject({ ok: true, labtui: expect.any(String), who: expect.stringContaining('@') });
    expect(await versions(session)).toMatchObject([{ number: 1, present: true, resources: kept.at(-1)?.resources }, { number: 2, present: false, resources }, ...kept.slice(1).map(() => expect.anything() as unknown)]);
    expect(await place.run(['state', 'restore', session, '99', '-y'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('no 99') });

    // Forward again, then a state that a power cut emptied.
    expect((await place.run(['state', 'restore', session, '2', '-y'])).exitCode).toBe(0);
    truncateSync(join(root(session), 'stacks/aws/terraform.tfstate'), 0);
    const destroyed = await place.run(['destroy', session, '-y', '--json']);
    expect(resultOf(destroyed)).toMatchObject({ exitCode: 0 });
    expect(destroyed.events.filter(({ type }) => type === 'fallback')).toHaveLength(1);
    expect(destroyed.events.find(({ type }) => type === 'receipt')).toMatchObject({ found: resources, deleted: resources, left: [] });
    expect(await leftInClouds(place, session)).toEqual([]);

    const trail = (await place.run(['events', '--all', '--since', '1h', '--json'])).events;
    expect(trail.some((event) => event.type === 'fallback' && event.reason.includes('state restore'))).toBe(true);
    for (const event of trail) expect(event).toMatchObject({ who: expect.stringMatching(/.@./), labtui: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    expect((await place.run(['events', '--all', '--until', '1d', '--json'])).stdout).toBe('');
    expect((await place.run(['archive', 'list', '--json'])).json()).toMatchObject([{ id: session, archived: true }]);
    expect((await place.run(['archive', 'prune', '--json'])).json()).toMatchObject({ removed: [], kept: 1 });
  });

  it('that eight processes destroy at once is destroyed once; all end well, and nothing is left half done', async () => {
    const { session } = await applyRehearsed(place, { name: 'eight', cloud: 'gcp' });
    const ends = (await Promise.all(Array.from({ length: 8 }, () => place.start(['destroy', session, '-y', '--json'])))).map(finished);
    for (const end of ends) expect([0, 5], end.stdout).toContain(resultOf(end).exitCode);
    // Whoever gave up waiting says for whom.
    for (const end of ends.filter(({ exitCode }) => exitCode === 5)) expect(end.stdout).toMatch(/is in use by labtui \(pid \d+, destroy\) since/);
    expect(ends.filter(({ events }) => events.some(({ type }) => type === 'receipt'))).toHaveLength(1);
    expect(await leftInClouds(place, session)).toEqual([]);
    const archived = join(place.sessions, '.archive', session);
    expect(existsSync(root(session))).toBe(false);
    expect(readdirSync(archived).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(JSON.parse(readFileSync(join(archived, 'receipt.json'), 'utf8'))).toMatchObject({ left: [] });
    for (const line of readFileSync(join(archived, 'events.ndjson'), 'utf8').trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ v: 1 });
  });

  it('whose sessions directory was moved, as from another computer, is closed to others and destroyed from its new place', async () => {
    const { session } = await applyRehearsed(place, { name: 'moved', cloud: 'azure' });
    const elsewhere = join(place.home, 'elsewhere');
    cpSync(place.sessions, elsewhere, { recursive: true, verbatimSymlinks: true });
    renameSync(place.sessions, `${place.sessions}-gone`);
    const key = join(elsewhere, session, 'ssh/id_ed25519');
    for (const [path, mode] of [[join(elsewhere, session), 0o755], [join(elsewhere, session, 'ssh'), 0o755], [key, 0o644]] as const) chmodSync(path, mode);
    const env = { LABTUI_SESSIONS_DIR: elsewhere };
    try {
      const asked = finished(await place.start(['exec', session, '--', 'true'], { env }));
      expect(statSync(key).mode & 0o777).toBe(0o600);
      expect(asked.stderr).toContain('ssh/id_ed25519 (0644)');
      expect(asked.stderr).toContain('init makes them anew');
      const destroyed = await place.run(['destroy', session, '-y', '--json'], { env });
      expect(resultOf(destroyed), destroyed.stdout).toMatchObject({ exitCode: 0 });
      expect(destroyed.events.find(({ type }) => type === 'receipt')).toMatchObject({ left: [] });
    } finally {
      renameSync(`${place.sessions}-gone`, place.sessions);
      rmSync(elsewhere, { recursive: true, force: true });
    }
    // The world was copied with it: in the first one it still stands.
    expect((await place.run(['destroy', session, '-y'])).exitCode).toBe(0);
    expect(await leftInClouds(place, session)).toEqual([]);
  });

  it("with another session's state in its place destroys nothing of that one", async () => {
    const [mine, others] = [await applyRehearsed(place, { name: 'mine', cloud: 'aws' }), await applyRehearsed(place, { name: 'others', cloud: 'aws' })];
    const state = (session: string): string => join(root(session), 'stacks/aws/terraform.tfstate');
    writeFileSync(state(mine.session), readFileSync(state(others.session)));
    const destroyed = await place.run(['destroy', mine.session, '-y', '--json']);
    expect(resultOf(destroyed)).toMatchObject({ exitCode: 0 });
    expect(destroyed.events.filter(({ type }) => type === 'fallback')).toMatchObject([{ reason: expect.stringContaining(`another session (${others.session})`) }]);
    expect(await leftInClouds(place, mine.session)).toEqual([]);
    expect((await place.run(['exec', others.session, '--', 'true'])).exitCode).toBe(0);
    expect((await place.run(['destroy', others.session, '-y'])).exitCode).toBe(0);
  });
});
