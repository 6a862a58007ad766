import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { providerMirrorConfig } from '../support/ec2/provider-mirror.ts';
import { createWorkplace, finished, skipLoudly, type Workplace } from '../support/labtui.ts';
import { applyRehearsed, leftInClouds, resultOf, simulatedClouds } from '../support/rehearsal.ts';

const skip = skipLoudly('the rehearsal', await missingTools(['terraform']));

describe.skipIf(skip)('the whole life of a lab on simulated clouds, with the real Terraform', () => {
  let place: Workplace;
  beforeAll(() => {
    place = createWorkplace();
  });
  afterAll(() => place.remove());

  /** By hand: what a user's shell has, and nothing that labtui adds. */
  const terraform = (directory: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    execa('terraform', [...args, '-input=false', '-no-color'], {
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: place.home, CHECKPOINT_DISABLE: '1', ...env },
      extendEnv: false,
      reject: false,
    });

  it.each(simulatedClouds)('on %s: apply, use, plan by hand, destroy without a flag, nothing left', async (cloud) => {
    const applied = await applyRehearsed(place, { name: `life-${cloud}`, cloud, count: 2, tags: { team: 'kernel ${not_a_template}' }, userData: '#!/bin/sh\ntrue\n' });
    expect(applied.stderr).toBe('');
    const result = resultOf(applied);
    expect(result).toMatchObject({ ok: true, exitCode: 0, phase: 'ready' });
    expect(result.hosts).toHaveLength(2);
    expect(result.hosts[0]).toMatchObject({ name: `life-${cloud}-${cloud}-1`, state: 'running', stage: 'ready' });
    const { session } = applied;

    expect((await place.run(['list', '--json'])).json()).toMatchObject([{ id: session, rehearsed: true, phase: 'ready', clouds: [cloud] }]);
    expect((await place.run(['list'])).stdout).toContain('(rehearsal)');
    const [first, second] = result.hosts.map(({ name }) => name);
    // Debian has no cloud-init on GCP, so that nobody gives the guest another name than the cloud's.
    const hostName = cloud === 'gcp' ? `${session}-gcp-1` : first;
    const asked = finished(await place.start(['exec', session, '--host', first ?? '', '--', 'hostname; whoami; exit 7']));
    expect([asked.exitCode, asked.stdout]).toEqual([7, `${hostName}\n${result.hosts[0]?.user}\n`]);
    expect((await place.run(['exec', session, '--host', '2', '--', 'cat'], { input: 'through\n' })).stdout).toBe('through\n');
    expect((await place.run(['exec', session, '--host', '2', '--', 'cat /etc/os-release'])).stdout).toMatch(/simulated/i);
    expect(await place.run(['ssh', session, '--host', '1', '--', 'echo from ssh; exit 5'])).toMatchObject({ exitCode: 5, stdout: 'from ssh\n' });
    const config = join(place.home, 'ssh-config');
    writeFileSync(config, (await place.run(['ssh-config', session])).stdout);
    expect((await execa('ssh', ['-F', config, second ?? '', 'echo', 'by', 'alias'])).stdout).toBe('by alias');

    // What was handed over in user data opens nothing any more.
    const root = join(place.sessions, session);
    const pinned = readFileSync(join(root, 'ssh/known_hosts'), 'utf8').trim().split('\n').map((line) => line.split(' ')[2] ?? '');
    const configuration = readFileSync(join(root, 'stacks', cloud, 'cdk.tf.json'), 'utf8');
    for (const key of pinned) expect(configuration).not.toContain(key);

    const byHand = await terraform(join(root, 'stacks', cloud), ['plan', '-detailed-exitcode']);
    expect(byHand.stdout).toContain('No changes');
    expect(byHand.exitCode).toBe(0);
    const inventory = (await place.run(['inventory', session, '--json'])).json() as readonly object[];

    const destroyed = await place.run(['destroy', session, '--auto-approve', '--json']);
    expect(resultOf(destroyed)).toMatchObject({ exitCode: 0, phase: 'destroyed' });
    expect(destroyed.events.find(({ type }) => type === 'receipt')).toMatchObject({ found: inventory.length, deleted: inventory.length, left: [], verifiedBy: ['state', 'listing'] });
    expect(await leftInClouds(place, session)).toEqual([]);
    expect(await place.run(['destroy', session, '--auto-approve'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('gone already') });
  });

  it('a plan leaves nothing, and a rehearsed session cannot be mistaken for a real one', async () => {
    const other = createWorkplace();
    try {
      const planned = await other.run(['plan', '--distro', 'debian@12', '--cloud', 'aws', '--rehearse', '--json']);
      expect(planned.exitCode).toBe(0);
      expect(planned.events.find(({ type }) => type === 'plan')).toMatchObject({ destroy: 0, hourlyCost: expect.any(Number) });
      expect(existsSync(other.sessions) ? readdirSync(other.sessions) : []).toEqual([]);
      expect(await other.run(['apply', '--distro', 'debian@12', '--cloud', 'aws', '--fault', 'quota', '-y'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--rehearse') });
    } finally {
      other.remove();
    }

    const { session } = await applyRehearsed(place, { name: 'guarded', cloud: 'aws' }, ['--fault', 'never-ready', '--keep-on-failure']);
    const stack = join(place.sessions, session, 'stacks/aws');
    const mirror = await providerMirrorConfig();
    // As after a `git clean`: Terraform has to install the provider anew, and finds a real one.
    rmSync(join(stack, '.terraform'), { recursive: true });
    if (!skipLoudly('terraform init with a real provider in a rehearsed directory', mirror === null ? 'no provider mirror' : null) && mirror !== null) {
      const init = await terraform(stack, ['init'], { TF_CLI_CONFIG_FILE: mirror.file });
      expect(init.exitCode).toBe(1);
      expect(`${init.stdout}${init.stderr}`).toMatch(/does(?:n't| not) match any of the\s+checksums/);
      await mirror.remove();
    }
    const withOwn = await terraform(stack, ['init'], { TF_CLI_CONFIG_FILE: join(place.sessions, session, 'rehearsal.tfrc') });
    expect(withOwn.exitCode, withOwn.stderr).toBe(0);
    expect((await place.run(['cleanup', '--rehearse', '--auto-approve'])).exitCode).toBe(0);
    expect(await leftInClouds(place, session)).toEqual([]);
  });

  it('refuses to go on where a session of one world is handed to the other', async () => {
    const { session } = await applyRehearsed(place, { name: 'mixed', cloud: 'aws' });
    const record = join(place.sessions, session, 'session.json');
    const before = readFileSync(record, 'utf8');
    writeFileSync(record, before.replace('"rehearsed": true', '"rehearsed": false'));
    const mixed = await place.run(['destroy', session, '--auto-approve', '--json']);
    expect(mixed.exitCode).toBe(1);
    expect(mixed.stdout).toContain('is rehearsed, but Terraform was to be started for real clouds');
    writeFileSync(record, before);
    expect((await place.run(['destroy', session, '--auto-approve'])).exitCode).toBe(0);
    expect(await leftInClouds(place, session)).toEqual([]);
  });

  it('a guest that powers itself off ends as its cloud says, and destroy finds what is left', async () => {
    const { session } = await applyRehearsed(place, { name: 'poweroff', cloud: 'aws' });
    await place.run(['exec', session, '--', 'sudo poweroff']);
    await expect.poll(async () => (await leftInClouds(place, session)).some(({ kind, state }) => kind === 'instance' && state !== 'terminated'), { timeout: 60_000, interval: 500 }).toBe(false);
    expect(resultOf(finished(await place.start(['destroy', session, '-y', '--json'])))).toMatchObject({ exitCode: 0 });
    expect(await leftInClouds(place, session)).toEqual([]);
  });
});
