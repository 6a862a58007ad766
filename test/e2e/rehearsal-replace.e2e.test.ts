import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/core/events.ts';
import type { SessionRecord } from '../../src/core/session.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, type Finished, skipLoudly, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds, resultOf } from '../support/rehearsal.ts';

const skip = skipLoudly('replacing machines in a rehearsal', await missingTools(['terraform']));

type Type = LabEvent['type'];
const ofType = <T extends Type>({ events }: Pick<Finished, 'events'>, type: T) => events.filter((event): event is Extract<LabEvent, { type: T }> => event.type === type);
const told = (run: Pick<Finished, 'events'>): string => JSON.stringify(ofType(run, 'diagnostic').map(({ summary, detail }) => ({ summary, detail })));
const machineTypes = ['aws_instance', 'azurerm_linux_virtual_machine', 'google_compute_instance'];

describe.skipIf(skip)('replace, with the real Terraform', () => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace();
  });
  afterAll(() => place.remove());

  const fileOf = (session: string, file: string) => readFileSync(join(place.sessions, session, file), 'utf8');
  const recordOf = (session: string) => JSON.parse(fileOf(session, 'session.json')) as SessionRecord;
  const hostsOf = (session: string) => Object.values(recordOf(session).stacks).flatMap(({ hosts }) => hosts);
  const replace = async (session: string, args: readonly string[]) => {
    const run = await place.run(['replace', session, '-y', '--json', ...args]);
    return { ...run, events: run.events };
  };
  const made = async (name: string, fields: Readonly<Record<string, unknown>> & { readonly cloud: string }, more: readonly string[] = []) => {
    const run = await applyRehearsed(place, { distro: 'fedora@44', ssh: { timeout: '20s' }, ...fields, name }, more);
    expect(resultOf(run).exitCode, told(run)).toBe(0);
    return run.session;
  };
  /** What each machine says it runs, by its name. */
  const systems = async (session: string): Promise<Readonly<Record<string, string>>> => {
    const asked = await Promise.all(
      hostsOf(session).map(async ({ name }) => {
        const { stdout, stderr } = await place.run(['exec', session, '--host', name, '--', '. /etc/os-release; echo $ID $VERSION_ID']);
        return [name, stdout.trim() || stderr] as const;
      }),
    );
    return Object.fromEntries(asked);
  };
  const destroy = async (session: string) => {
    const run = await place.run(['destroy', session, '-y', '--json']);
    expect(resultOf(run), told(run)).toMatchObject({ exitCode: 0, phase: 'destroyed' });
    expect(await leftInClouds(place, session)).toEqual([]);
  };

  it.each(['aws', 'azure', 'gcp'])('makes a Fedora a Rocky in place on %s: the machine alone, under the same name', async (cloud) => {
    const session = await made(`swap-${cloud}`, { cloud });
    const before = recordOf(session);
    const [knownHosts, key] = [fileOf(session, 'ssh/known_hosts'), fileOf(session, 'ssh/id_ed25519')];
    const resources = ['cdk.tf.json'].map((file) => JSON.parse(fileOf(session, `stacks/${cloud}/${file}`)) as { resource: Record<string, Record<string, unknown>> })[0]?.resource ?? {};

    const run = await replace(session, ['--distro', 'rocky@9', '--size', 'medium']);
    expect(resultOf(run), told(run)).toMatchObject({
      exitCode: 0,
      phase: 'ready',
      replaced: [{ stack: cloud, hosts: [`swap-${cloud}-${cloud}`], from: 'fedora@44', to: 'rocky@9', outcome: 'replaced', shellMs: expect.any(Number) as number }],
    });
    const [replaced] = resultOf(run).replaced ?? [];
    expect(replaced?.hourlyAfter).toBeGreaterThan(replaced?.hourlyBefore ?? Number.POSITIVE_INFINITY);
    const [plan] = ofType(run, 'plan');
    expect(plan?.resources.filter(({ action }) => action !== 'update').map(({ type, action }) => [machineTypes.includes(type), action])).toEqual([[true, 'replace']]);
    expect(ofType(run, 'phase').map(({ phase }) => phase)).toContain('replacing');
    expect(ofType(run, 'log').map(({ message }) => message)).toContainEqual(expect.stringContaining('fedora@44 to rocky@9'));

    expect(await systems(session)).toEqual({ [`swap-${cloud}-${cloud}`]: expect.stringMatching(/^rocky 9/) as string });
    const after = recordOf(session);
    expect(after).toMatchObject({ id: before.id, name: before.name, createdAt: before.createdAt, expiresAt: before.expiresAt, tags: before.tags, key: before.key, phase: 'ready', profile: { distro: 'rocky@9', size: 'medium' } });
    expect(after.protection.by).toEqual(before.protection.by);
    expect(after.stacks[cloud]).not.toHaveProperty('replacement');
    expect(fileOf(session, 'ssh/id_ed25519')).toBe(key);
    // Nobody trusts what the former machine showed any more, and the new key is the guest's own.
    const pins = fileOf(session, 'ssh/known_hosts').trim().split('\n');
    expect(pins).toHaveLength(1);
    expect(pins[0]).not.toContain(knownHosts.split(' ')[2]);
    expect(pins[0]).not.toContain('labtui:injected');
    expect(hostsOf(session)[0]?.hostKeyTrust).not.toBe('first-use');
    const written = (JSON.parse(fileOf(session, `stacks/${cloud}/cdk.tf.json`)) as { resource: typeof resources }).resource;
    const unlike = Object.entries(written).flatMap(([type, named]) => Object.keys(named).filter((name) => JSON.stringify(named[name]) !== JSON.stringify(resources[type]?.[name])).map((name) => [machineTypes.includes(type), name]));
    expect(unlike).toEqual([[true, 'vm']]);
    const verified = await place.run(['verify', session]);
    expect(verified.exitCode, verified.stdout).toBe(0);

    const again = await replace(session, ['--distro', 'rocky@9']);
    expect(resultOf(again)).toMatchObject({ exitCode: 0, replaced: [] });
    expect(ofType(again, 'log').map(({ message }) => message)).toContainEqual(expect.stringContaining('nothing to do'));
    await destroy(session);
  });

  it.each([
    ['aws', 'quota,cloud=aws,times=1', 5],
    ['azure', 'quota,cloud=azure,times=1', 5],
    ['gcp', 'quota,cloud=gcp,times=1', 5],
    ['aws', 'never-ready,cloud=aws,times=1', 6],
  ])('returns to Fedora where Rocky fails on %s (%s, %d)', async (cloud, fault, exitCode) => {
    const session = await made(`back-${exitCode}-${cloud}`, { cloud });
    const { expiresAt } = recordOf(session);
    const run = await replace(session, ['--distro', 'rocky@9', '--fault', fault]);
    expect(resultOf(run), told(run)).toMatchObject({ exitCode, phase: 'ready', replaced: [{ outcome: 'returned', from: 'fedora@44', to: 'rocky@9' }] });
    expect(ofType(run, 'fallback')).toMatchObject([{ from: 'rocky@9', to: 'fedora@44' }]);
    expect(Object.values(await systems(session))).toEqual([expect.stringMatching(/^fedora 44/)]);
    expect(recordOf(session)).toMatchObject({ phase: 'ready', expiresAt, profile: { distro: 'fedora@44' } });
    expect(recordOf(session).stacks[cloud]).not.toHaveProperty('replacement');
    expect((await place.run(['verify', session])).exitCode).toBe(0);
    await destroy(session);
  });

  it('leaves what fails with --no-rollback; apply, replace and destroy go on from there', async () => {
    const session = await made('left', { cloud: 'aws' });
    const failed = await replace(session, ['--distro', 'rocky@9', '--no-rollback', '--fault', 'quota,cloud=aws,times=1']);
    expect(resultOf(failed), told(failed)).toMatchObject({ exitCode: 5, phase: 'failed', replaced: [{ outcome: 'broken', shellMs: null }] });
    expect(told(failed)).toContain('left-aws is gone');
    expect(await leftInClouds(place, session)).not.toEqual([]);
    const applied = await place.run(['apply', '--session', session, '-y', '--json']);
    expect(resultOf(applied), told(applied)).toMatchObject({ exitCode: 0, phase: 'ready' });
    expect(Object.values(await systems(session))).toEqual([expect.stringMatching(/^rocky 9/)]);

    const again = await replace(session, ['--distro', 'debian@12', '--no-rollback', '--fault', 'quota,cloud=aws,times=1']);
    expect(resultOf(again).exitCode).toBe(5);
    const third = await replace(session, ['--distro', 'fedora@44']);
    expect(resultOf(third), told(third)).toMatchObject({ exitCode: 0, phase: 'ready', replaced: [{ from: 'rocky@9', to: 'fedora@44', outcome: 'replaced' }] });
    expect(Object.values(await systems(session))).toEqual([expect.stringMatching(/^fedora 44/)]);

    expect(resultOf(await replace(session, ['--distro', 'rocky@9', '--no-rollback', '--fault', 'quota,cloud=aws,times=1'])).exitCode).toBe(5);
    await destroy(session);
  });

  it('says what stands where the former cannot be made again either (5)', async () => {
    const session = await made('neither', { cloud: 'gcp' });
    const run = await replace(session, ['--distro', 'rocky@9', '--fault', 'quota,cloud=gcp']);
    expect(resultOf(run), told(run)).toMatchObject({ exitCode: 5, phase: 'failed', replaced: [{ outcome: 'broken' }] });
    expect(ofType(run, 'diagnostic').at(-1)).toMatchObject({ summary: expect.stringContaining('what stands: network') as string, hint: expect.stringContaining('--distro fedora@44') as string });
    await destroy(session);
  });

  it('does not lose its thread where it is killed: before it begins, and in the midst of it', async () => {
    const session = await made('killed', { cloud: 'aws' });
    const killAt = async (args: readonly string[], seen: (event: LabEvent) => boolean) => {
      const child = place.start(['replace', session, '-y', '--json', ...args]);
      let line = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        line += chunk.toString();
        const events = line.split('\n').slice(0, -1).filter((text) => text !== '').map((text) => JSON.parse(text) as LabEvent);
        if (events.some(seen)) child.kill('SIGKILL');
      });
      expect((await child).signal).toBe('SIGKILL');
    };
    await killAt(['--distro', 'rocky@9'], (event) => event.type === 'phase' && event.phase === 'planning');
    expect(recordOf(session).stacks.aws).toMatchObject({ rewriting: true, phase: 'ready', plan: { distro: { name: 'fedora' } } });
    const mended = await place.run(['apply', '--session', session, '-y', '--json']);
    expect(resultOf(mended), told(mended)).toMatchObject({ exitCode: 0, phase: 'ready' });
    expect(recordOf(session).stacks.aws).not.toHaveProperty('rewriting');
    expect(ofType(mended, 'resource')).toEqual([]);
    expect(Object.values(await systems(session))).toEqual([expect.stringMatching(/^fedora 44/)]);

    await killAt(['--distro', 'rocky@9'], (event) => event.type === 'resource' && event.action === 'delete' && event.status === 'started');
    expect(recordOf(session).stacks.aws).toMatchObject({ phase: 'replacing', replacement: { from: { distro: { name: 'fedora' } } }, plan: { distro: { name: 'rocky' } } });
    const over = await replace(session, ['--distro', 'debian@12']);
    expect(resultOf(over), told(over)).toMatchObject({ exitCode: 0, phase: 'ready', replaced: [{ from: 'fedora@44', to: 'debian@12' }] });
    expect(Object.values(await systems(session))).toEqual([expect.stringMatching(/^debian 12/)]);

    await killAt(['--distro', 'rocky@9'], (event) => event.type === 'resource' && event.action === 'create' && event.status === 'started');
    await destroy(session);
    expect(existsSync(join(place.sessions, session))).toBe(false);
  });

  it('knows a machine that was never touched from one that is going: refused (5), and interrupted (130)', async () => {
    const session = await made('touched', { cloud: 'aws' });
    const before = recordOf(session);
    const refused = await replace(session, ['--distro', 'rocky@9', '--fault', 'permission,operation=TerminateInstances']);
    expect(resultOf(refused), told(refused)).toMatchObject({ exitCode: 5, phase: 'ready', replaced: [{ outcome: 'unchanged' }] });
    expect(recordOf(session).stacks).toEqual(before.stacks);
    expect(Object.values(await systems(session))).toEqual([expect.stringMatching(/^fedora 44/)]);

    const child = place.start(['replace', session, '-y', '--json', '--distro', 'rocky@9']);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      const isBefore = !text.includes('"action":"delete","status":"started"');
      text += chunk.toString();
      // Once: a second one means it.
      if (isBefore && text.includes('"action":"delete","status":"started"')) child.kill('SIGINT');
    });
    expect((await child).exitCode).toBe(130);
    expect(recordOf(session).stacks.aws).toMatchObject({ phase: 'failed', replacement: { from: { distro: { name: 'fedora' } } } });
    expect((await place.run(['show', session])).stdout).toContain('the replacement of touched-aws, fedora@44 before, is not over');
    const over = await place.run(['apply', '--session', session, '-y', '--json']);
    expect(resultOf(over), told(over)).toMatchObject({ exitCode: 0, phase: 'ready' });
    expect(Object.values(await systems(session))).toEqual([expect.stringMatching(/^rocky 9/)]);
    await destroy(session);
  });

  it('replaces one of two stacks, and one of two machines: the others are not touched', async () => {
    const session = await made('some', { cloud: 'aws', count: 2 }, ['--cloud', 'aws,gcp', '--region', 'auto']);
    const ids = () => Object.fromEntries(hostsOf(session).map(({ name, launchedAt }) => [name, launchedAt]));
    const before = ids();
    const one = await replace(session, ['--distro', 'rocky@9', '--host', 'some-aws-2']);
    expect(resultOf(one), told(one)).toMatchObject({ exitCode: 0, replaced: [{ stack: 'aws', hosts: ['some-aws-2'] }] });
    expect(await systems(session)).toEqual({
      'some-aws-1': expect.stringMatching(/^fedora/) as string,
      'some-aws-2': expect.stringMatching(/^rocky/) as string,
      'some-gcp-1': expect.stringMatching(/^fedora/) as string,
      'some-gcp-2': expect.stringMatching(/^fedora/) as string,
    });
    expect({ ...before, 'some-aws-2': ids()['some-aws-2'] }).toEqual(ids());
    const listed = (await place.run(['list', '--json'])).json() as readonly { readonly id: string; readonly distro: readonly string[] }[];
    expect(listed.find(({ id }) => id === session)?.distro.toSorted()).toEqual(['fedora@44', 'rocky@9']);
    expect((await place.run(['show', session])).stdout).toContain('Rocky Linux 9');
    expect((await place.run(['verify', session])).exitCode).toBe(0);

    const stack = await replace(session, ['--distro', 'rocky@9', '--stack', 'gcp']);
    expect(resultOf(stack), told(stack)).toMatchObject({ exitCode: 0, replaced: [{ stack: 'gcp', hosts: ['some-gcp-1', 'some-gcp-2'] }] });
    const all = await replace(session, ['--distro', 'debian@12']);
    expect(resultOf(all), told(all)).toMatchObject({ exitCode: 0, replaced: [{ stack: 'aws' }, { stack: 'gcp' }] });
    expect(new Set(Object.values(await systems(session)).map((text) => text.split(' ')[0]))).toEqual(new Set(['debian']));
    expect(recordOf(session)).toMatchObject({ profile: { distro: 'debian@12' } });
    await destroy(session);
  });

  it('is refused before anything is touched: without a yes (8), for what there is not (3)', async () => {
    const session = await made('refused', { cloud: 'aws' });
    const record = recordOf(session);
    const unasked = await place.run(['replace', session, '--distro', 'rocky@9', '--json']);
    expect(resultOf(unasked).exitCode).toBe(8);
    for (const [args, said] of [
      [['--distro', 'rokcy'], 'did you mean "rocky"'],
      [['--distro', 'rocky@9', '--host', 'refused-was'], 'did you mean "refused-aws"'],
      [['--distro', 'rocky@9', '--stack', 'awz'], 'did you mean "aws"'],
      [['--distro', 'rocky@9,debian@12'], 'one distribution'],
    ] as const) {
      const run = await replace(session, args);
      expect(resultOf(run).exitCode, told(run)).toBe(3);
      expect(told(run)).toContain(said.replaceAll('"', '\\"'));
    }
    expect(recordOf(session)).toEqual(record);
    expect((await place.run(['replace', session])).exitCode).toBe(2);
    await destroy(session);
  });
});
