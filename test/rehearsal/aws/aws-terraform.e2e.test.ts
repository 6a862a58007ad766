import { afterAll, describe, expect, it } from 'vitest';
import { synthesize } from '../../../src/clouds/aws/stack.ts';
import { classify } from '../../../src/clouds/aws/errors.ts';
import { type InputChange, stackInput } from '../../clouds/aws/stack-inputs.ts';
import { missingTools } from '../../support/ec2/missing-tools.ts';
import { skipLoudly } from '../../support/labtui.ts';
import { providerBundle } from '../../support/terraform/each-terraform.ts';
import { type SimulatedTerraform, simulatedTerraform } from '../../support/terraform/simulated-terraform.ts';
import { simulatedAws } from './aws-terraform.ts';
import { fault, imageId } from './aws-world.ts';

const skipped = skipLoudly('the simulated aws provider under terraform', await missingTools(['terraform']));
const noChanges = 'No changes. Your infrastructure matches the configuration.';

/** What labs may come to use besides. */
function widerStack(): string {
  const ref = (address: string) => '${' + address + '}';
  const unset = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
  const rule = { ...unset(['description', 'ipv6_cidr_blocks', 'prefix_list_ids', 'security_groups', 'self']), cidr_blocks: ['0.0.0.0/0'] };
  const route = unset(['carrier_gateway_id', 'core_network_arn', 'destination_prefix_list_id', 'egress_only_gateway_id', 'ipv6_cidr_block', 'local_gateway_id', 'nat_gateway_id', 'network_interface_id', 'transit_gateway_id', 'vpc_endpoint_id', 'vpc_peering_connection_id']);
  return JSON.stringify({
    terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '5.100.0' } } },
    provider: { aws: [{ region: 'eu-north-1', default_tags: [{ tags: { labtui: 'true' } }] }] },
    resource: {
      aws_vpc: { v: { cidr_block: '10.5.0.0/16', enable_dns_hostnames: true } },
      aws_subnet: { s: { vpc_id: ref('aws_vpc.v.id'), cidr_block: '10.5.1.0/24', availability_zone: 'eu-north-1a', map_public_ip_on_launch: true } },
      aws_internet_gateway: { g: { vpc_id: ref('aws_vpc.v.id') } },
      aws_route_table: { t: { vpc_id: ref('aws_vpc.v.id'), route: [{ ...route, cidr_block: '0.0.0.0/0', gateway_id: ref('aws_internet_gateway.g.id') }] } },
      aws_route_table_association: { a: { subnet_id: ref('aws_subnet.s.id'), route_table_id: ref('aws_route_table.t.id') } },
      aws_security_group: { g: { vpc_id: ref('aws_vpc.v.id'), ingress: [{ ...rule, from_port: 22, to_port: 22, protocol: 'tcp' }], egress: [{ ...rule, from_port: 0, to_port: 0, protocol: '-1' }] } },
      aws_instance: { i: { ami: imageId('debian-12'), instance_type: 't3.micro', subnet_id: ref('aws_subnet.s.id'), vpc_security_group_ids: [ref('aws_security_group.g.id')], depends_on: ['aws_internet_gateway.g'], user_data: 'hello' } },
      aws_eip: { e: { domain: 'vpc' } },
      aws_eip_association: { ea: { allocation_id: ref('aws_eip.e.id'), instance_id: ref('aws_instance.i.id') } },
      aws_ebs_volume: { b: { availability_zone: 'eu-north-1a', size: 5 } },
      aws_volume_attachment: { va: { device_name: '/dev/sdf', volume_id: ref('aws_ebs_volume.b.id'), instance_id: ref('aws_instance.i.id') } },
      aws_default_vpc: { d: {} },
      aws_default_subnet: { d: { availability_zone: 'eu-north-1a' } },
      aws_default_security_group: { d: { vpc_id: ref('aws_vpc.v.id') } },
    },
  });
}

/** labtui's own stack. */
function labStack(change: InputChange = {}): string {
  const { stack } = stackInput();
  return synthesize(stackInput({ ...change, stack: { image: { ...stack.image, id: imageId('noble-24.04-amd64-server-20261105') }, ...change.stack } }));
}

describe.skipIf(skipped)('the simulated aws provider under the real terraform', () => {
  const bundle = providerBundle(simulatedAws);
  const made: SimulatedTerraform[] = [];
  afterAll(() => {
    for (const each of made) each.remove();
  });

  async function start(configuration: string, speed?: number): Promise<SimulatedTerraform> {
    const terraform = await simulatedTerraform(simulatedAws, bundle(), speed);
    made.push(terraform);
    terraform.write(configuration);
    await terraform.succeed('init');
    return terraform;
  }

  /** What an account did not have before anybody came. */
  const left = (terraform: SimulatedTerraform) =>
    terraform.world.read((tx) => tx.list('aws').filter(({ tags, machine, props }) => tags.labtui === 'true' && machine?.state !== 'terminated' && props.isDefault !== true && props.defaultForAz !== true).map(({ id }) => id));

  const stacks: readonly (readonly [title: string, configuration: () => string])[] = [
    ['one machine', () => labStack()],
    ['spot, with a provisioned disk', () => labStack({ stack: { spot: { enabled: true, maxPrice: 0.02, fallback: 'on-demand', timeoutMs: 1 }, disk: { sizeGb: 20, type: 'provisioned-iops', iops: 3000, throughput: null, encrypted: true } } })],
    ['three machines, several ranges, a magnetic disk', () => labStack({ count: 3, stack: { allowFrom: ['198.51.100.7/32', '203.0.113.0/24'], disk: { sizeGb: 12, type: 'standard', iops: null, throughput: null, encrypted: false } } })],
    ['what labs may come to use besides', widerStack],
    ['user data so large that it is packed', () => labStack({ userData: `#cloud-config\n# ${'x'.repeat(20_000)}\n` })],
  ];

  it.each(stacks)('applies %s, plans no change afterwards, and leaves nothing', async (_title, configuration) => {
    const terraform = await start(configuration());
    const apply = await terraform.run('apply', '-auto-approve');
    expect(apply.exitCode, apply.output).toBe(0);
    expect((await terraform.run('plan', '-refresh=false')).output).toContain(noChanges);
    const refreshed = await terraform.run('plan', '-detailed-exitcode');
    expect(refreshed.output).toContain(noChanges);
    expect((await terraform.run('apply', '-refresh-only', '-auto-approve')).exitCode).toBe(0);
    expect((await terraform.run('plan', '-refresh=false')).output).toContain(noChanges);
    const destroy = await terraform.run('destroy', '-auto-approve');
    expect(destroy.exitCode, destroy.output).toBe(0);
    expect(await left(terraform)).toEqual([]);
  });

  it('writes what provider 5.100 writes', async () => {
    const terraform = await start(labStack());
    await terraform.run('apply', '-auto-approve');
    const { state } = terraform;
    // As read from the state of the real provider 5.100.0 for the same stack, apart from ids, account and addresses.
    const tags = { Name: 'kernel-lab-aws', labtui: 'true', 'labtui-expires': '2026-11-20T14:00:00Z', 'labtui-owner': 'me@here', 'labtui-session-id': 'kernel-lab-x7k2p9', 'labtui-timestamp': '2026-11-20T10:00:00Z' };
    expect(state('aws_instance', 'vm')).toMatchObject({
      associate_public_ip_address: true,
      availability_zone: 'eu-north-1b',
      disable_api_stop: false,
      disable_api_termination: false,
      ebs_block_device: [],
      ebs_optimized: false,
      enable_primary_ipv6: null,
      ephemeral_block_device: [],
      get_password_data: false,
      hibernation: false,
      host_id: '',
      host_resource_group_arn: null,
      iam_instance_profile: '',
      instance_initiated_shutdown_behavior: 'terminate',
      instance_lifecycle: '',
      instance_market_options: [],
      instance_state: 'running',
      ipv6_address_count: 0,
      ipv6_addresses: [],
      key_name: 'kernel-lab-x7k2p9-aws',
      launch_template: [],
      metadata_options: [{ http_endpoint: 'enabled', http_protocol_ipv6: 'disabled', http_put_response_hop_limit: 1, http_tokens: 'required', instance_metadata_tags: 'disabled' }],
      monitoring: false,
      network_interface: [],
      outpost_arn: '',
      password_data: '',
      placement_group: '',
      placement_partition_number: 0,
      private_dns: 'ip-10-0-0-4.eu-north-1.compute.internal',
      private_ip: '10.0.0.4',
      root_block_device: [{ delete_on_termination: true, device_name: '/dev/sda1', encrypted: true, iops: 3000, tags: null, tags_all: {}, throughput: 125, volume_size: 20, volume_type: 'gp3' }],
      secondary_private_ips: [],
      security_groups: [],
      source_dest_check: true,
      spot_instance_request_id: '',
      tags,
      tags_all: tags,
      tenancy: 'default',
      timeouts: null,
      user_data: '4963ed5c12f72b186c2675c1aa0709fe508123fa',
      user_data_base64: null,
      user_data_replace_on_change: false,
      volume_tags: tags,
    });
    expect(state('aws_route', 'internet-route')).toMatchObject({ carrier_gateway_id: '', origin: 'CreateRoute', state: 'active', id: expect.stringMatching(/^r-rtb-\w{17}1080289494$/) as unknown });
    expect(state('aws_security_group', 'ssh')).toMatchObject({ ingress: [], egress: [], name_prefix: '', revoke_rules_on_delete: false });
    expect(state('aws_vpc_security_group_egress_rule', 'all-out')).toMatchObject({ from_port: null, to_port: null, ip_protocol: '-1', cidr_ipv6: null });
    expect(state('aws_vpc', 'vpc')).toMatchObject({ assign_generated_ipv6_cidr_block: false, enable_dns_hostnames: false, enable_dns_support: true, instance_tenancy: 'default', ipv4_netmask_length: null, ipv6_netmask_length: 0 });
    expect(state('aws_subnet', 'subnet')).toMatchObject({ availability_zone_id: 'eun1-az2', enable_lni_at_device_index: 0, private_dns_hostname_type_on_launch: 'ip-name' });
  });

  it('changes in place what the provider changes in place, and replaces what it replaces', async () => {
    const terraform = await start(labStack());
    await terraform.run('apply', '-auto-approve');
    const before = terraform.state('aws_instance', 'vm');
    terraform.write(labStack({ tags: { team: 'kernel' }, stack: { instanceType: 't3.large', disk: { sizeGb: 30, type: 'ssd', iops: null, throughput: null, encrypted: true } } }));
    const update = await terraform.run('apply', '-auto-approve');
    expect(update.output, update.output).toMatch(/Resources: 0 added, \d+ changed, 0 destroyed/);
    const after = terraform.state('aws_instance', 'vm');
    expect(after).toMatchObject({ id: before?.id, instance_type: 't3.large', instance_state: 'running', tags_all: { team: 'kernel' }, root_block_device: [{ volume_size: 30 }] });
    expect(after?.public_ip).not.toBe(before?.public_ip);
    expect((await terraform.run('plan')).output).toContain(noChanges);
    terraform.write(labStack({ tags: { team: 'kernel' }, stack: { instanceType: 't3.large', image: { id: imageId('debian-12'), name: null, owner: null, minDiskGb: 8, createdAt: null }, disk: { sizeGb: 30, type: 'ssd', iops: null, throughput: null, encrypted: true } } }));
    expect((await terraform.run('plan')).output).toMatch(/aws_instance\.vm must be replaced[\s\S]*# forces replacement/);
  });

  it('sees what went and what changed outside of Terraform', async () => {
    const terraform = await start(labStack());
    await terraform.run('apply', '-auto-approve');
    await terraform.world.read((tx) => tx.nowMs);
    const id = String(terraform.state('aws_instance', 'vm')?.id);
    await terraform.world.call({ cloud: 'aws', operation: 'TerminateInstances', verb: 'delete', subject: 'instance', caller: { actor: 'client', run: null, session: null, stack: null }, region: 'eu-north-1' }, (tx) => {
      const instance = tx.get('aws', id);
      if (instance?.machine !== undefined) tx.put({ ...instance, machine: { ...instance.machine, state: 'terminated' } });
    });
    expect((await terraform.run('plan')).output).toContain('Plan: 1 to add, 0 to change, 0 to destroy.');
  });

  it.each([
    ['VcpuLimitExceeded', fault('quota'), 'quota'],
    ['InsufficientInstanceCapacity', fault('capacity'), 'capacity'],
    ['UnauthorizedOperation', fault('permission'), 'permission'],
    ['RequestLimitExceeded', fault('throttled'), 'throttled'],
    ['InvalidClientTokenId', fault('credentials'), 'credentials'],
  ] as const)('ends with %s in the words that labtui reads', async (code, armed, kind) => {
    const terraform = await start(labStack());
    await terraform.world.arm([armed], null);
    const { exitCode, output } = await terraform.run('apply', '-auto-approve');
    expect(exitCode, output).toBe(1);
    const text = output.replace(/\s*\n[│\s]*/g, ' ');
    expect(text).toContain(`api error ${code}: `);
    expect(classify(/Error: ([\s\S]*)/.exec(text)?.[1] ?? '')).toMatchObject({ kind, code });
    await terraform.world.disarm(null);
    expect((await terraform.run('destroy', '-auto-approve')).exitCode).toBe(0);
    expect(await left(terraform)).toEqual([]);
  });

  it('makes what survives a lost answer once: EC2 knows the client token', async () => {
    const terraform = await start(labStack());
    await terraform.world.arm([fault('answer-lost', { times: 1 })], null);
    const apply = await terraform.run('apply', '-auto-approve');
    expect(apply.exitCode, apply.output).toBe(0);
    expect(await terraform.world.read((tx) => tx.list('aws', 'instance').length)).toBe(1);
  });

  it('keeps an interrupted machine in the state, tainted', async () => {
    const terraform = await start(labStack(), 1);
    const run = terraform.start('apply', '-auto-approve');
    while ((await terraform.world.read((tx) => tx.list('aws', 'instance').length)) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    run.kill('SIGINT');
    const { exitCode, all } = await run;
    expect(exitCode, String(all)).toBe(1);
    expect(String(all)).toMatch(/waiting for EC2 Instance \(i-\w+\) create: [\s\S]*context canceled/);
    expect(terraform.tainted()).toEqual(['aws_instance.vm']);
    await terraform.world.setClock({ speed: 500 });
    expect((await terraform.run('destroy', '-auto-approve')).exitCode).toBe(0);
    expect(await left(terraform)).toEqual([]);
  });

  it('says of a machine that never runs what the provider says', async () => {
    const terraform = await start(labStack(), 1_000);
    await terraform.world.arm([fault('stuck', { times: 1 })], null);
    const { exitCode, output } = await terraform.run('apply', '-auto-approve');
    expect(exitCode, output).toBe(1);
    expect(output.replace(/\s*\n[│\s]*/g, ' ')).toContain("timeout while waiting for state to become 'running' (last state: 'pending', timeout: 10m0s)");
    expect(terraform.tainted()).toEqual(['aws_instance.vm']);
    expect((await terraform.run('destroy', '-auto-approve')).exitCode).toBe(0);
    expect(await left(terraform)).toEqual([]);
  });
});
