import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { providerMirrorConfig, type ProviderMirrorConfig } from '../support/ec2/provider-mirror.ts';
import { type Ec2Bench, startEc2 } from '../support/ec2/start-ec2.ts';
import { type Guests, guestSkipReason, startGuests } from '../support/guest/sshd-guest.ts';
import { resultOf } from '../support/rehearsal.ts';
import { createWorkplace, type Finished, finished, skipLoudly, unhurriedGo, type Workplace } from '../support/labtui.ts';

const reason = (await missingTools(['moto_server', 'terraform', 'aws-provider-mirror'])) ?? guestSkipReason();
const skip = skipLoudly('the life of a lab on an EC2 emulator', reason);

let ec2: Ec2Bench;
let mirror: ProviderMirrorConfig;
let guests: Guests;
let place: Workplace;

function writeProfile(name: string, fields: Readonly<Record<string, unknown>>): void {
  const profile = {
    name,
    cloud: 'aws',
    region: 'eu-north-1',
    ssh: { allowFrom: '198.51.100.7', proxyCommand: guests.proxyCommand },
    ...fields,
  };
  // JSON is YAML.
  writeFileSync(join(place.cwd, `${name}.yaml`), JSON.stringify(profile, null, 2));
}

async function apply(name: string, more: readonly string[] = []): Promise<Finished & { readonly session: string }> {
  const run = await place.run(['apply', '--profile', name, '--auto-approve', '--json', ...more]);
  return { ...run, events: run.events, session: run.events.at(-1)?.session ?? '' };
}

const terraformByHand = (session: string) =>
  execa('terraform', ['plan', '-detailed-exitcode', '-input=false', '-no-color'], {
    cwd: join(place.sessions, session, 'stacks/aws'),
    env: { PATH: process.env.PATH, HOME: place.home, ...unhurriedGo, ...ec2.env, TF_CLI_CONFIG_FILE: mirror.file, CHECKPOINT_DISABLE: '1' },
    extendEnv: false,
    reject: false,
  });

describe.skipIf(skip)('a lab from apply to nothing left, with labtui as it is built, Terraform and the AWS provider', () => {
  beforeAll(async () => {
    ec2 = await startEc2('eu-north-1');
    const config = await providerMirrorConfig();
    if (config === null) throw new Error('no provider mirror');
    mirror = config;
    guests = await startGuests({ ec2: { endpoint: ec2.endpoint, region: ec2.region } });
    place = createWorkplace({ ...ec2.env, TF_CLI_CONFIG_FILE: mirror.file });
  });
  afterAll(async () => {
    place.remove();
    await guests.stop();
    await mirror.remove();
    await ec2.stop();
  });

  it('applies, is used, plans to no changes, and is destroyed to zero', async () => {
    writeProfile('kernel-lab', {
      distro: 'debian@12',
      tags: { team: 'kernel ${not_a_template}' },
      userData: '#!/bin/sh\necho "by hand: ${HOME}" > /var/tmp/user-part\n',
    });
    const applied = await apply('kernel-lab');
    expect(applied.stderr).toBe('');
    const result = resultOf(applied);
    expect(result).toMatchObject({ ok: true, exitCode: 0, phase: 'ready' });
    const { session } = applied;
    expect(session).toMatch(/^kernel-lab-[a-z0-9]{6}$/);
    expect(result.hosts).toMatchObject([{ name: 'kernel-lab-aws', state: 'running', user: 'admin', stage: 'ready', hostKeyTrust: 'injected' }]);

    // The directory of the contract, its modes, and no secret outside ssh/.
    const root = join(place.sessions, session);
    expect(readdirSync(root).filter((name) => !name.startsWith('.')).sort()).toEqual(['backups', 'events.ndjson', 'session.json', 'ssh', 'stacks']);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    for (const file of ['session.json', 'events.ndjson', 'ssh/id_ed25519', 'ssh/known_hosts', 'ssh/config']) {
      expect(statSync(join(root, file)).mode & 0o777, file).toBe(0o600);
    }
    const privateKey = readFileSync(join(root, 'ssh/id_ed25519'), 'utf8').split('\n')[2] ?? 'none';
    for (const file of ['session.json', 'events.ndjson', 'stacks/aws/cdk.tf.json', 'stacks/aws/terraform.tfstate']) {
      expect(readFileSync(join(root, file), 'utf8')).not.toContain(privateKey);
    }

    // The key that has been in Terraform opens nothing any more: the pinned one is another.
    const pinned = readFileSync(join(root, 'ssh/known_hosts'), 'utf8').trim().split(' ')[2] ?? '';
    const userData = (await ec2.userDataOf(result.hosts[0]?.instanceId ?? ''))?.toString() ?? '';
    expect(pinned).toMatch(/^AAAA/);
    expect(userData).toContain('ed25519_public');
    expect(userData).not.toContain(pinned);

    const uname = await place.run(['exec', session, '--', 'whoami; cat /var/tmp/user-part; exit 7']);
    expect(uname).toMatchObject({ exitCode: 7, stdout: expect.stringContaining('admin\nby hand: ') });
    expect((await place.run(['exec', 'kernel-lab', '--', 'printf', '%s\n', 'a  b', '$HOME'])).stdout).toBe('a  b\n$HOME\n');
    expect((await place.run(['exec', session, '--', 'cat'], { input: 'through\n' })).stdout).toBe('through\n');
    expect(await place.run(['ssh', session, '--', 'echo from ssh; exit 5'])).toMatchObject({ exitCode: 5, stdout: 'from ssh\n' });
    const config = join(place.home, 'ssh-config');
    writeFileSync(config, (await place.run(['ssh-config', session])).stdout);
    expect((await execa('ssh', ['-F', config, 'kernel-lab-aws', 'echo', 'by', 'alias'])).stdout).toBe('by alias');

    expect((await place.run(['list', '--json'])).json()).toMatchObject([{ id: session, phase: 'ready', clouds: ['aws'], regions: ['eu-north-1'], protectedBy: ['guest'] }]);
    expect((await place.run(['show', session, '--json'])).json()).toMatchObject({ id: session, protectedBy: ['guest'], stacks: { aws: { plan: { region: 'eu-north-1', allowFrom: ['198.51.100.7/32'] } } } });
    const inventory = (await place.run(['inventory', session, '--json'])).json() as { type: string }[];
    expect(inventory.map(({ type }) => type)).toContain('aws_instance');
    const recorded = (await place.run(['events', session, '--json'])).events;
    expect(recorded.map(({ type }) => type)).toEqual(applied.events.map(({ type }) => type));

    // The app behind cdktf.json writes the same stack for those who use cdktf's own command.
    const outdir = join(place.home, 'cdktf.out');
    await execa(process.execPath, [join(import.meta.dirname, '../../dist/cdktf-app.js')], {
      env: { PATH: process.env.PATH, HOME: place.home, LABTUI_SESSION: session, LABTUI_SESSIONS_DIR: place.sessions, CDKTF_OUTDIR: outdir },
      extendEnv: false,
    });
    expect(JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))).toMatchObject({ stacks: { aws: { synthesizedStackPath: 'stacks/aws/cdk.tf.json' } } });
    const again = JSON.parse(readFileSync(join(outdir, 'stacks/aws/cdk.tf.json'), 'utf8')) as { resource: object };
    const given = JSON.parse(readFileSync(join(root, 'stacks/aws/cdk.tf.json'), 'utf8')) as { resource: object };
    expect(Object.keys(again.resource).sort()).toEqual(Object.keys(given.resource).sort());

    const byHand = await terraformByHand(session);
    expect(byHand.stdout).toContain('No changes');
    expect(byHand.exitCode).toBe(0);

    const destroyed = await place.run(['destroy', session, '--auto-approve', '--json']);
    expect(resultOf(destroyed)).toMatchObject({ exitCode: 0, phase: 'destroyed' });
    const receipt = destroyed.events.find(({ type }) => type === 'receipt');
    expect(receipt).toMatchObject({ found: inventory.length, deleted: inventory.length, left: [], verifiedBy: ['state', 'listing'] });
    expect(await ec2.tagged(session)).toEqual([]);
    expect(existsSync(root)).toBe(false);
    expect(existsSync(join(place.sessions, '.archive', session, 'ssh/id_ed25519'))).toBe(false);
    expect((await place.run(['receipt', session, '--json'])).json()).toMatchObject({ found: inventory.length, left: [] });
    expect(await place.run(['destroy', session, '--auto-approve'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('gone already') });
    expect((await place.run(['list', '--json'])).json()).toEqual([]);
  });

  it('plan says what apply would do and cost, and leaves nothing', async () => {
    writeProfile('planned', { distro: 'rocky@9' });
    const run = await place.run(['plan', '--profile', 'planned', '--json']);
    expect(resultOf(run)).toMatchObject({ exitCode: 0, phase: 'planning' });
    expect(run.events.find(({ type }) => type === 'plan')).toMatchObject({ add: 9, change: 0, destroy: 0, currency: 'USD', target: { distro: 'rocky@9', region: 'eu-north-1' } });
    expect(existsSync(join(place.sessions, run.events.at(-1)?.session ?? ''))).toBe(false);
  });

  // Side by side: several labtui share one provider cache and one sessions directory.
  describe.concurrent('the other distributions', () => {
   it.each([
    ['ubuntu@24.04', 'ubuntu'],
    ['fedora@44', 'fedora'],
    ['rocky@9', 'rocky'],
    ['arch', 'arch'],
   ])('%s applies with its own login user and is destroyed', async (distro, user) => {
    const name = distro.replaceAll(/[@.]/g, '-');
    writeProfile(name, { distro });
    const applied = await apply(name);
    expect(resultOf(applied)).toMatchObject({ exitCode: 0, hosts: [{ user, stage: 'ready' }] });
    expect((await place.run(['exec', applied.session, '--', 'id', '-un'])).stdout.trim()).toBe(user);
    // With profile, distro file and catalogue gone: the session is enough.
    mkdirSync(join(place.home, 'empty'), { recursive: true });
    const destroyed = await place.run(['destroy', applied.session, '-y', '--json'], { cwd: join(place.home, 'empty') });
    expect(resultOf(destroyed)).toMatchObject({ exitCode: 0 });
    expect(await ec2.tagged(applied.session)).toEqual([]);
   });
  });

  it('a distribution that is only a new YAML file applies', async () => {
    const folder = join(place.cwd, 'distros');
    mkdirSync(folder, { recursive: true });
    const debian = readFileSync(join(import.meta.dirname, '../../distros/debian.yaml'), 'utf8');
    writeFileSync(join(folder, 'mydeb.yaml'), debian.replace(/^title: .*$/m, 'title: My Debian').replace(/^aliases: .*$/m, 'aliases: []'));
    writeProfile('own', { distro: 'mydeb@12' });
    const applied = await apply('own');
    expect(resultOf(applied)).toMatchObject({ exitCode: 0 });
    expect((await place.run(['show', applied.session, '--json'])).json()).toMatchObject({ stacks: { aws: { plan: { distro: { name: 'mydeb', title: 'My Debian' } } } } });
    expect(resultOf(await place.run(['destroy', applied.session, '-y', '--json']))).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['while EC2 makes the machine, so that the state never hears of it', 20_000],
    ['after the machine is there', 0],
  ])('SIGINT in mid-apply, %s: stops cleanly (130), and destroy brings the session to zero', async (_, delayMs) => {
    if (delayMs > 0) ec2.inject({ action: 'RunInstances', delayMs });
    writeProfile('stopped', { distro: 'debian@12' });
    const launches = (): number => ec2.calls.filter(({ action }) => action === 'RunInstances').length;
    const before = launches();
    const child = place.start(['apply', '--profile', 'stopped', '-y', '--json']);
    await expect.poll(launches).toBeGreaterThan(before);
    // Asked for, and delayed: or until the provider waits for what EC2 has answered.
    if (delayMs === 0) {
      const session = readdirSync(place.sessions).find((entry) => entry.startsWith('stopped-')) ?? '';
      await expect.poll(async () => (await ec2.tagged(session)).map(({ kind }) => kind)).toContain('instance');
    }
    child.kill('SIGINT');
    const run = finished(await child);
    ec2.clearFaults();
    expect(run.exitCode).toBe(130);
    expect(resultOf(run)).toMatchObject({ ok: false, exitCode: 130 });
    const session = run.events.at(-1)?.session ?? '';
    expect(existsSync(join(place.sessions, session))).toBe(true);
    expect(run.stdout).toContain(`labtui destroy ${session}`);
    await expect.poll(async () => (await ec2.tagged(session)).map(({ kind }) => kind)).toContain('instance');
    const destroyed = await place.run(['destroy', session, '-y', '--json']);
    if (delayMs > 0) expect(destroyed.stdout).toContain('taking it in as aws_instance.vm');
    expect(resultOf(destroyed)).toMatchObject({ exitCode: 0 });
    expect(await ec2.tagged(session)).toEqual([]);
  });

  it('a lack of capacity in one zone is survived in the one that EC2 names', async () => {
    ec2.inject({
      action: 'RunInstances',
      // As often as the provider asks.
      calls: [1, 2, 3],
      status: 500,
      code: 'InsufficientInstanceCapacity',
      message: 'We currently do not have sufficient t3a.medium capacity in the Availability Zone you requested (eu-north-1z). You can currently get capacity by choosing eu-north-1c, eu-north-1b.',
    });
    writeProfile('moving', { distro: 'debian@12' });
    const applied = await apply('moving');
    ec2.clearFaults();
    expect(resultOf(applied)).toMatchObject({ exitCode: 0, hosts: [{ stage: 'ready' }] });
    expect(applied.events.some((event) => event.type === 'diagnostic' && event.severity === 'error')).toBe(false);
    const moved = applied.events.flatMap((event) => (event.type === 'fallback' ? [event] : [])).at(-1);
    expect(moved?.from).toMatch(/^eu-north-1[abc]$/);
    expect(moved?.to).toBe(moved?.from === 'eu-north-1c' ? 'eu-north-1b' : 'eu-north-1c');
    expect(resultOf(applied).hosts[0]?.zone).toBe(moved?.to);
    expect(await terraformByHand(applied.session)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('No changes') });
    expect(resultOf(await place.run(['destroy', applied.session, '-y', '--json']))).toMatchObject({ exitCode: 0 });
    expect(await ec2.tagged(applied.session)).toEqual([]);
  });

  it('a lack of capacity where the user wants to be is explained with the zones that have some, and nothing stays (5)', async () => {
    ec2.inject({
      action: 'RunInstances',
      status: 500,
      code: 'InsufficientInstanceCapacity',
      message: 'We currently do not have sufficient t3a.medium capacity in the Availability Zone you requested (eu-north-1a). You can currently get capacity by choosing eu-north-1b, eu-north-1c.',
    });
    const launches = (): number => ec2.calls.filter(({ action }) => action === 'RunInstances').length;
    const before = launches();
    writeProfile('crowded', { distro: 'debian@12', zone: 'eu-north-1a', instanceType: 't3.medium' });
    const applied = await apply('crowded');
    ec2.clearFaults();
    const result = resultOf(applied);
    expect(result).toMatchObject({ exitCode: 5 });
    // The provider asks 25 times by itself, which is a quarter of an hour.
    expect(launches() - before).toBeLessThan(10);
    expect(applied.events.find((event) => event.type === 'diagnostic' && event.severity === 'error')).toMatchObject({
      kind: 'capacity',
      code: 'InsufficientInstanceCapacity',
      hint: expect.stringContaining('eu-north-1b'),
    });
    expect(await ec2.tagged(applied.session)).toEqual([]);
    expect(existsSync(join(place.sessions, applied.session))).toBe(false);
  });

  it('something that Terraform does not know of goes by its tag, and the receipt has it', async () => {
    writeProfile('stray', { distro: 'debian@12' });
    const applied = await apply('stray');
    const volume = await ec2.call('CreateVolume', {
      AvailabilityZone: 'eu-north-1a',
      Size: '1',
      'TagSpecification.1.ResourceType': 'volume',
      'TagSpecification.1.Tag.1.Key': 'labtui-session-id',
      'TagSpecification.1.Tag.1.Value': applied.session,
    });
    const volumeId = /<volumeId>(.*?)</.exec(volume)?.[1] ?? '';
    const destroyed = await place.run(['destroy', applied.session, '-y', '--json']);
    expect(resultOf(destroyed)).toMatchObject({ exitCode: 0 });
    expect(destroyed.events.find(({ type }) => type === 'receipt')).toMatchObject({ left: [], byType: { aws_ebs_volume: { found: 1, deleted: 1, left: 0 } }, verifiedBy: ['state', 'listing'] });
    expect(destroyed.events.some((event) => event.type === 'log' && event.message.includes(volumeId))).toBe(true);
    expect(await ec2.tagged(applied.session)).toEqual([]);
  });
});
