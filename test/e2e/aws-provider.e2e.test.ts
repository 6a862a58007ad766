import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openAwsApi } from '../../src/clouds/aws/api.ts';
import { classify } from '../../src/clouds/aws/errors.ts';
import { moveDeadline } from '../../src/clouds/aws/move-deadline.ts';
import { synthesize } from '../../src/clouds/aws/stack.ts';
import { literal } from '../../src/clouds/synth.ts';
import { readState } from '../../src/terraform/state.ts';
import { type InputChange, publicKey, sessionId, settings, stackInput, stackPlan } from '../clouds/aws/stack-inputs.ts';
import { amis } from '../support/ec2/ami-catalogue.ts';
import { elementsOf } from '../support/ec2/call-ec2.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { providerMirrorConfig, type ProviderMirrorConfig } from '../support/ec2/provider-mirror.ts';
import { type Ec2Bench, startEc2 } from '../support/ec2/start-ec2.ts';
import { skipLoudly, unhurriedGo } from '../support/labtui.ts';

const skip = skipLoudly('the AWS stack under the real terraform and provider', await missingTools(['moto_server', 'terraform', 'aws-provider-mirror']));
const image = { id: amis.find(({ name }) => name.includes('noble-24.04-amd64'))?.id ?? '', name: null, owner: null, minDiskGb: 8, createdAt: null };

/** Of the sessions that stack-inputs.ts writes. */
const expiresAt = '2026-11-20T14:00:00Z';

describe.skipIf(skip)('the AWS stack under the real terraform and provider', () => {
  let ec2: Ec2Bench;
  let mirror: ProviderMirrorConfig;
  const directories: string[] = [];

  beforeAll(async () => {
    ec2 = await startEc2();
    const config = await providerMirrorConfig();
    if (config === null) throw new Error('no provider mirror');
    mirror = config;
  });
  afterAll(async () => {
    await Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true })));
    await mirror.remove();
    await ec2.stop();
  });

  async function stackDirectory(text: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'labtui-aws-provider-'));
    directories.push(directory);
    await writeFile(join(directory, 'cdk.tf.json'), text);
    return directory;
  }

  async function terraform(directory: string, ...args: readonly string[]) {
    const { exitCode, stdout, stderr } = await execa('terraform', [...args, '-no-color'], {
      cwd: directory,
      reject: false,
      extendEnv: false,
      env: { PATH: process.env.PATH, HOME: directory, TF_CLI_CONFIG_FILE: mirror.file, CHECKPOINT_DISABLE: '1', ...unhurriedGo, ...ec2.env },
    });
    return { exitCode, output: `${stdout}\n${stderr}` };
  }

  async function applied(change: InputChange): Promise<string> {
    const directory = await stackDirectory(synthesize(stackInput({ ...change, stack: { image, ...change.stack } })));
    expect(await terraform(directory, 'init')).toMatchObject({ exitCode: 0 });
    const apply = await terraform(directory, 'apply', '-auto-approve');
    expect(apply.output).toContain('Apply complete!');
    return directory;
  }

  async function goneFrom(directory: string): Promise<void> {
    expect(await terraform(directory, 'destroy', '-auto-approve')).toMatchObject({ exitCode: 0 });
    expect(await ec2.tagged(sessionId)).toEqual([]);
    expect(elementsOf(await ec2.call('DescribeNetworkInterfaces'), 'networkInterfaceId')).toEqual([]);
  }

  const noChanges = { exitCode: 0, output: expect.stringContaining('No changes.') };
  const kinds = async () => (await ec2.tagged(sessionId)).map(({ kind }) => kind).sort();

  it('applies, plans to no changes, and is gone after destroy: one machine in a network of its own', async () => {
    const userData = '#!/bin/sh\necho "${HOME}" %{x} $${y} ü\n';
    const directory = await applied({ userData });
    expect(await kinds()).toEqual(['instance', 'internet-gateway', 'key-pair', 'security-group', 'subnet', 'volume', 'vpc']);
    const [instance] = (await ec2.tagged(sessionId)).filter(({ kind }) => kind === 'instance');
    expect((await ec2.userDataOf(instance?.id ?? ''))?.toString()).toBe(userData);
    expect(await ec2.publicKeyOf(`${sessionId}-aws`)).toContain(publicKey.split(' ')[1]);
    expect(await terraform(directory, 'plan', '-detailed-exitcode')).toMatchObject(noChanges);
    await goneFrom(directory);
  });

  it('does so with two spot machines, a fast disk and compressed user data', async () => {
    const directory = await applied({
      count: 2,
      userData: `#!/bin/sh\n${'echo "${HOME}"\n'.repeat(2_000)}`,
      stack: {
        spot: { enabled: true, maxPrice: 0.05, fallback: 'fail', timeoutMs: 60_000 },
        disk: { sizeGb: 30, type: 'ssd', iops: 4_000, throughput: 300, encrypted: true },
        allowFrom: ['198.51.100.7/32', '203.0.113.0/24'],
      },
    });
    expect((await kinds()).filter((kind) => kind === 'instance')).toHaveLength(2);
    expect(elementsOf(await ec2.call('DescribeSpotInstanceRequests'), 'state')).toEqual(['active', 'active']);
    expect(await terraform(directory, 'plan', '-detailed-exitcode')).toMatchObject(noChanges);
    await goneFrom(directory);
  });

  it("does so in the account's default network, looked up and pinned, with provisioned iops", async () => {
    const api = await openAwsApi({ region: ec2.region, settings: settings({ endpoint: ec2.endpoint }) }, ec2.env);
    const { networkIds, zone } = await api.lookup(stackPlan({ network: 'default' }), sessionId, () => undefined);
    const directory = await applied({
      aws: { endpoint: ec2.endpoint },
      stack: { network: 'default', networkIds, zone, disk: { sizeGb: 10, type: 'provisioned-iops', iops: null, throughput: null, encrypted: false } },
    });
    expect(await kinds()).toEqual(['instance', 'key-pair', 'security-group', 'volume']);
    expect(await terraform(directory, 'plan', '-detailed-exitcode')).toMatchObject(noChanges);
    expect(await api.listBySession(sessionId)).toHaveLength(4);
    await goneFrom(directory);
    expect(await api.listBySession(sessionId)).toEqual([]);
    api.close();
  });

  it('knows of a lack of capacity after a few tries, and leaves what a destroy removes', async () => {
    const message =
      'We currently do not have sufficient t3.medium capacity in the Availability Zone you requested (eu-north-1b). You can currently get t3.medium capacity by not specifying an Availability Zone in your request or choosing eu-north-1a, eu-north-1c.';
    ec2.inject({ action: 'RunInstances', code: 'InsufficientInstanceCapacity', message, status: 500 });
    const directory = await stackDirectory(synthesize(stackInput({ stack: { image } })));
    await terraform(directory, 'init');
    const launches = (): number => ec2.calls.filter(({ action }) => action === 'RunInstances').length;
    const before = launches();
    const apply = await terraform(directory, 'apply', '-auto-approve');
    expect(launches() - before).toBeLessThan(10);
    ec2.clearFaults();
    expect(apply.exitCode).toBe(1);
    expect(classify(/Error: (creating EC2 Instance[\s\S]*?)\n\n/.exec(apply.output)?.[1] ?? '')).toMatchObject({
      kind: 'capacity',
      summary: 'AWS has no t3.medium left in eu-north-1b',
      hint: expect.stringContaining('--zone eu-north-1a'),
    });
    await goneFrom(directory);
  });

  it('moves to another zone after a lack of capacity: its subnet with it, the rest stays, and nothing is left in the end', async () => {
    // As often as the provider asks.
    ec2.inject({ action: 'RunInstances', code: 'InsufficientInstanceCapacity', message: 'We currently do not have sufficient t3.medium capacity', status: 500, calls: [1, 2, 3] });
    const directory = await stackDirectory(synthesize(stackInput({ stack: { image, zone: `${ec2.region}b` } })));
    await terraform(directory, 'init');
    expect(await terraform(directory, 'apply', '-auto-approve')).toMatchObject({ exitCode: 1 });
    ec2.clearFaults();
    await writeFile(join(directory, 'cdk.tf.json'), synthesize(stackInput({ stack: { image, zone: `${ec2.region}c` } })));
    const moved = await terraform(directory, 'apply', '-auto-approve');
    expect(moved.output).toContain('Apply complete! Resources: 2 added, 0 changed, 1 destroyed.');
    expect(elementsOf(await ec2.call('DescribeInstances'), 'availabilityZone')).toContain(`${ec2.region}c`);
    expect(await kinds()).toEqual(['instance', 'internet-gateway', 'key-pair', 'security-group', 'subnet', 'volume', 'vpc']);
    expect(await terraform(directory, 'plan', '-detailed-exitcode')).toMatchObject(noChanges);
    await goneFrom(directory);
  });

  it('starts one machine when the answer to the launch is lost', async () => {
    ec2.inject({ action: 'RunInstances', drop: 'after', calls: [1] });
    const directory = await applied({});
    ec2.clearFaults();
    expect((await kinds()).filter((kind) => kind === 'instance')).toHaveLength(1);
    await goneFrom(directory);
  });

  it("makes the cloud's own deadline beside the machines: read back, moved in place, and gone with the rest", async () => {
    const cloudDeadline = { kind: 'schedule', state: 'planned' } as const;
    const target = { region: ec2.region, settings: settings({ endpoint: ec2.endpoint }), deadline: cloudDeadline };
    const api = await openAwsApi(target, ec2.env);
    const directory = await applied({ count: 2, stack: { cloudDeadline } });
    expect(await terraform(directory, 'plan', '-detailed-exitcode')).toMatchObject(noChanges);
    const state = await readState(join(directory, 'terraform.tfstate'));
    const query = { sessionId, stackId: 'aws', resources: state.kind === 'ok' ? state.resources : [] };
    expect(await api.readDeadline?.(query)).toEqual({ armed: true, at: `${expiresAt.slice(0, 19)}.000Z` });
    const names = (await api.listBySession(sessionId)).filter(({ type }) => !['aws_instance', 'aws_ebs_volume'].includes(type)).map(({ type }) => type);
    expect(names).toEqual(expect.arrayContaining(['aws_scheduler_schedule', 'aws_iam_role']));

    const until = new Date(Date.parse(expiresAt) + 7_200_000).toISOString();
    const file = join(directory, 'cdk.tf.json');
    await writeFile(file, moveDeadline(await readFile(file, 'utf8'), { from: expiresAt, until, deadline: cloudDeadline }));
    const moved = await terraform(directory, 'apply', '-auto-approve');
    expect(moved.output).toMatch(/Apply complete! Resources: 0 added, \d+ changed, 0 destroyed\./);
    expect(await terraform(directory, 'plan', '-detailed-exitcode')).toMatchObject(noChanges);
    expect(await api.readDeadline?.(query)).toEqual({ armed: true, at: `${until.slice(0, 19)}.000Z` });

    await goneFrom(directory);
    expect(await api.readDeadline?.(query)).toMatchObject({ armed: false });
    expect(await api.listBySession(sessionId)).toEqual([]);
    api.close();
  });

  it("removes the parts of a deadline by the cloud's API where nothing else is left of the session", async () => {
    const api = await openAwsApi({ region: ec2.region, settings: settings({ endpoint: ec2.endpoint }), deadline: { kind: 'schedule', state: 'planned' } }, ec2.env);
    const directory = await applied({ stack: { cloudDeadline: { kind: 'schedule', state: 'planned' } } });
    const left = await api.listBySession(sessionId);
    const marked = (await api.listMarked?.([ec2.region]))?.found.filter(({ type }) => type === 'aws_iam_role' || type === 'aws_scheduler_schedule');
    expect(marked).toMatchObject([{ sessionId, expiresAt: `${expiresAt.slice(0, 19)}.000Z` }, { sessionId, region: null, expiresAt }]);
    const parts = left.filter(({ type }) => type === 'aws_iam_role' || type === 'aws_scheduler_schedule');
    expect(parts).toHaveLength(2);
    expect(await api.deleteLeftovers?.(parts)).toEqual([]);
    expect((await api.listBySession(sessionId)).filter(({ type }) => parts.some((part) => part.type === type))).toEqual([]);
    api.close();
    await goneFrom(directory);
  });

  it('gives user text to Terraform as it is, whatever it looks like', async () => {
    const texts = ['${VAR}', '$${VAR}', '$$${VAR}', '%{if x}', '%%{x}', '$%{', 'a$', '${', '$$', '"${x:-"y"}" \\ \n\t', '${%{', '%{${', '${TfToken[TOKEN.0]}', '$${TfToken[', '$#{TfToken[TOKEN.1]}', '%&{TfToken['];
    const output = Object.fromEntries(texts.map((text, index) => [`text-${index}`, { value: literal(text) }]));
    const directory = await stackDirectory(JSON.stringify({ output }));
    expect(await terraform(directory, 'apply', '-auto-approve')).toMatchObject({ exitCode: 0 });
    const state = z.object({ outputs: z.record(z.string(), z.object({ value: z.string() })) });
    const { outputs } = state.parse(JSON.parse(await readFile(join(directory, 'terraform.tfstate'), 'utf8')));
    expect(texts.map((_, index) => outputs[`text-${index}`]?.value)).toEqual(texts);
  });
});
