import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { awsProvider } from '../../../src/rehearsal/aws/terraform/aws-provider.ts';
import type { Attributes } from '../../../src/plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../../src/rehearsal/provider/behaviour.ts';
import { ProviderError, unknown } from '../../../src/plugin/behaviour.ts';
import { publicKey } from '../../clouds/aws/stack-inputs.ts';
import { type AwsWorld, awsWorld, caller, fault, imageId } from './aws-world.ts';

const tags = { labtui: 'true' };

function contextOf(world: AwsWorld, config: Attributes = {}, signal = new AbortController().signal): ProviderContext {
  return { world, caller: { ...caller, actor: 'terraform' }, config: { region: 'eu-north-1', max_retries: 3, default_tags: [{ tags }], ...config }, signal };
}

function behaviour(type: string): ResourceBehaviour {
  const found = awsProvider.resources.find((each) => each.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
}

const create = (type: string, planned: Attributes, context: ProviderContext, config = planned) => behaviour(type).create(planned, context, config);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof ProviderError ? error : Promise.reject(error as Error)),
  );

/** Waits pass at once: the clock of the test's world moves by them. */
function fastWorld(): AwsWorld {
  const world = awsWorld();
  return Object.assign(world, {
    sleep: (realMs: number, signal?: AbortSignal) => {
      if (signal?.aborted === true) return Promise.reject(new Error('aborted'));
      world.advance(realMs);
      return Promise.resolve();
    },
  });
}

const machine = { ami: imageId('noble-24.04-amd64-server-20261105'), instance_type: 't3.medium', tags: { Name: 'vm' }, user_data: 'a plan has its hash only', source_dest_check: true };

describe('the aws provider, without Terraform', () => {
  it('creates and reads an instance with user data from the configuration, and the state has its hash', async () => {
    const world = fastWorld();
    const context = contextOf(world);
    const planned = behaviour('aws_instance').plan?.({ prior: null, config: machine, planned: { ...machine, id: unknown } }, context) ?? {};
    expect(planned).toMatchObject({ user_data: createHash('sha1').update(machine.user_data).digest('hex'), tags_all: { Name: 'vm', labtui: 'true' } });
    const state = await create('aws_instance', planned, context, machine);
    expect(state).toMatchObject({ user_data: planned.user_data, instance_state: 'running', tags: { Name: 'vm' }, tags_all: { Name: 'vm', labtui: 'true' }, credit_specification: [{ cpu_credits: 'unlimited' }], cpu_options: [{ core_count: 1, threads_per_core: 2 }] });
    expect(await behaviour('aws_instance').read(state, context)).toEqual(state);
    expect((await world.read((tx) => tx.get('aws', typeof state.id === 'string' ? state.id : '')))?.machine?.userData).toBe(machine.user_data);
    await behaviour('aws_instance').delete(state, context);
    expect(await behaviour('aws_instance').read(state, context)).toBeNull();
  });

  it('tries again what EC2 may still give, as often as max_retries says, and no more', async () => {
    const world = fastWorld();
    await world.arm([fault('capacity', { times: 2 })], null);
    expect(await create('aws_instance', machine, contextOf(world))).toMatchObject({ instance_state: 'running' });
    await world.disarm(null);
    await world.arm([fault('capacity')], null);
    const error = await failure(create('aws_instance', machine, contextOf(world)));
    expect(error?.diagnostic.summary).toMatch(
      /^creating EC2 Instance: operation error EC2: RunInstances, exceeded maximum number of attempts, 3, https response error StatusCode: 500, RequestID: [0-9a-f-]{36}, api error InsufficientInstanceCapacity: We currently do not have sufficient t3\.medium capacity/,
    );
    const calls = (await world.journal(100)).filter(({ operation }) => operation === 'RunInstances');
    expect(calls.map(({ ok }) => ok)).toEqual([false, false, true, false, false, false]);
    expect(error?.partial).toBeNull();
  });

  it('does not try again what will not change', async () => {
    const world = fastWorld();
    await world.arm([fault('quota')], null);
    const error = await failure(create('aws_instance', machine, contextOf(world)));
    expect(error?.diagnostic.summary).toMatch(/^creating EC2 Instance: operation error EC2: RunInstances, https response error StatusCode: 400, .* api error VcpuLimitExceeded: /);
    expect((await world.journal(100)).filter(({ operation }) => operation === 'RunInstances')).toHaveLength(1);
  });

  it('makes a second VPC when the first answer is lost: EC2 has no token for it, and the state knows one', async () => {
    const world = fastWorld();
    await world.arm([fault('answer-lost', { operation: 'CreateVpc', times: 1 })], null);
    const state = await create('aws_vpc', { cidr_block: '10.0.0.0/16', enable_dns_support: true }, contextOf(world));
    const mine = await world.read((tx) => tx.byTag('aws', 'labtui', 'true').map(({ id }) => id));
    expect(mine).toHaveLength(2);
    expect(mine).toContain(state.id);
  });

  it('returns what exists when it is told to stop in the middle, and begins nothing after that', async () => {
    const world = fastWorld();
    const stop = new AbortController();
    const run = world.call.bind(world);
    Object.assign(world, {
      call: async (...args: Parameters<typeof run>) => {
        const result = await run(...args);
        if (args[0].operation === 'RunInstances') stop.abort();
        return result;
      },
    });
    const error = await failure(create('aws_instance', machine, contextOf(world, {}, stop.signal)));
    expect(error?.diagnostic.summary).toMatch(/^waiting for EC2 Instance \(i-\w+\) create: .*context canceled$/);
    expect(error?.partial).toMatchObject({ id: expect.stringMatching(/^i-/) as unknown, instance_state: 'pending' });
    expect(await failure(create('aws_vpc', { cidr_block: '10.0.0.0/16' }, contextOf(world, {}, stop.signal)))).toMatchObject({ partial: null });
  });

  it('refuses a region, an account and credentials in the words of the provider', async () => {
    const world = fastWorld();
    const configured = (config: Attributes) => failure(Promise.resolve(awsProvider.configure?.(contextOf(world, config))));
    expect((await configured({ region: 'xx-nowhere-1' }))?.diagnostic.summary).toBe('invalid AWS Region: xx-nowhere-1');
    expect((await configured({ allowed_account_ids: ['123456789012'] }))?.diagnostic.summary).toBe('AWS account ID not allowed: 000000000000');
    expect(await configured({})).toBeNull();
    await world.arm([fault('credentials')], null);
    expect((await configured({}))?.diagnostic.summary).toMatch(
      /^validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: .*, api error InvalidClientTokenId: /,
    );
  });

  it('imports what is there by its id, key pairs by their name', async () => {
    const world = fastWorld();
    const context = contextOf(world);
    await create('aws_key_pair', { key_name: 'login', public_key: publicKey, tags: null }, context);
    expect(await behaviour('aws_key_pair').read({ id: 'login' }, context)).toMatchObject({ key_name: 'login', key_type: 'ed25519', tags: null, tags_all: tags });
    expect(await behaviour('aws_route').import?.('rtb-1_0.0.0.0/0', context)).toEqual({ id: 'r-rtb-11080289494', route_table_id: 'rtb-1', destination_cidr_block: '0.0.0.0/0' });
  });

  it('waits in vain for what others still use, and says so', async () => {
    const world = fastWorld();
    const context = contextOf(world);
    const vpc = await create('aws_vpc', { cidr_block: '10.0.0.0/16', enable_dns_support: true }, context);
    const group = await create('aws_security_group', { name: 'used', description: 'x', vpc_id: vpc.id ?? null, ingress: unknown, egress: unknown }, context);
    const subnet = await create('aws_subnet', { vpc_id: vpc.id ?? null, cidr_block: '10.0.0.0/24', availability_zone: 'eu-north-1a' }, context);
    await create('aws_instance', { ...machine, subnet_id: subnet.id ?? null, vpc_security_group_ids: [group.id ?? null] }, context);
    const error = await failure(behaviour('aws_security_group').delete(group, context));
    expect(error?.diagnostic.summary).toMatch(/^deleting Security Group \(sg-\w+\): operation error EC2: DeleteSecurityGroup, .* api error DependencyViolation: resource sg-\w+ has a dependent object$/);
    expect((await failure(behaviour('aws_vpc').delete(vpc, context)))?.diagnostic.summary).toMatch(/^deleting EC2 VPC \(vpc-\w+\): .*DependencyViolation/);
  });
});
