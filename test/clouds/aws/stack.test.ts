import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors.ts';
import { synthesize } from '../../../src/clouds/aws/stack.ts';
import { loadSchema, schemaProblems } from '../../support/schema-check.ts';
import { refusalOf } from '../../support/stack-inputs.ts';
import { readStack } from '../../support/stack-text.ts';
import { type InputChange, publicKey, sessionId, stackInput } from './stack-inputs.ts';

const schema = await loadSchema('aws');

const synthesized = (change: InputChange = {}) => readStack(synthesize(stackInput(change)));

const networkIds = { vpcId: 'vpc-0aaa', subnetId: 'subnet-0bbb' };
const spot = { enabled: true, maxPrice: 0.000002, fallback: 'on-demand', timeoutMs: 300_000 } as const;
const disk = { sizeGb: 100, type: 'ssd', iops: null, throughput: null, encrypted: true } as const;

describe('the AWS stack', () => {
  const variants: Readonly<Record<string, InputChange>> = {
    'one machine in a network of its own': {},
    'three machines, two ranges, another port': { count: 3, stack: { allowFrom: ['198.51.100.7/32', '203.0.113.0/24'], sshPort: 2222 } },
    'the default network': { stack: { network: 'default', networkIds } },
    'a named subnet with groups, role, profile and endpoint': {
      stack: { networkIds },
      aws: {
        subnetId: 'subnet-0bbb',
        securityGroupIds: ['sg-0c', 'sg-0d'],
        iamInstanceProfile: 'labs',
        profile: 'work',
        endpoint: 'http://127.0.0.1:5000',
      },
    },
    'spot with a price': { stack: { spot } },
    'spot without a price, machine survives a shutdown': { stack: { spot: { ...spot, maxPrice: null } }, terminateOnShutdown: false },
    'a fast disk': { stack: { disk: { ...disk, iops: 6_000, throughput: 500 } } },
    'provisioned iops, not encrypted': { stack: { disk: { ...disk, type: 'provisioned-iops', encrypted: false } } },
    'a magnetic disk': { stack: { disk: { ...disk, type: 'standard' } } },
    'a key in the cloud': { key: { cloudKeyName: 'team key ${x}' } },
    'large user data': { userData: `#!/bin/sh\n${'echo ${HOME}\n'.repeat(2_000)}` },
    'tags and user data that look like templates': { tags: { note: '${aws_vpc.vpc.id} %{if true}' }, userData: 'echo ${X} %{y} ${TfToken[TOKEN.0]}' },
  };

  it.each(Object.entries(variants))('fits the schema of provider 5.100: %s', (_name, change) => {
    expect(schemaProblems(synthesized(change).text, schema)).toEqual([]);
  });

  it('names provider and Terraform in full, keeps its state beside it, and holds no path of this computer', () => {
    const { text, terraform } = synthesized();
    expect(terraform).toEqual({
      backend: { local: { path: 'terraform.tfstate' } },
      required_providers: { aws: { source: 'hashicorp/aws', version: '>= 5.100.0, < 7.0.0' } },
      required_version: '>= 1.5',
    });
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain('"//"');
  });

  it('lets SSH in from the given ranges only, each by a rule of its own, and all IPv4 out', () => {
    const { resource } = synthesized({ stack: { allowFrom: ['198.51.100.7/32', '203.0.113.0/24'], sshPort: 2222 } });
    const ingress = Object.values(resource.aws_vpc_security_group_ingress_rule ?? {});
    expect(ingress.map(({ cidr_ipv4, from_port, to_port, ip_protocol }) => [cidr_ipv4, from_port, to_port, ip_protocol])).toEqual([
      ['198.51.100.7/32', 2222, 2222, 'tcp'],
      ['203.0.113.0/24', 2222, 2222, 'tcp'],
    ]);
    expect(Object.values(resource.aws_vpc_security_group_egress_rule ?? {})).toMatchObject([{ cidr_ipv4: '0.0.0.0/0', ip_protocol: '-1' }]);
  });

  it('makes each machine encrypted, reachable, closed to IMDSv1, and gone with its guest', () => {
    const { resource } = synthesized({ count: 2 });
    const instances = resource.aws_instance ?? {};
    expect(Object.keys(instances)).toEqual(['vm-1', 'vm-2']);
    expect(Object.keys(synthesized().resource.aws_instance ?? {})).toEqual(['vm']);
    expect(instances['vm-2']).toMatchObject({
      ami: 'ami-0123456789abcdef0',
      associate_public_ip_address: true,
      instance_initiated_shutdown_behavior: 'terminate',
      metadata_options: { http_endpoint: 'enabled', http_tokens: 'required', http_put_response_hop_limit: 1 },
      root_block_device: { volume_type: 'gp3', volume_size: 20, encrypted: true, delete_on_termination: true },
      user_data: '#cloud-config\nhostname: kernel-lab-aws-2\n',
      depends_on: ['aws_route.internet-route'],
    });
    expect(instances['vm-2']).not.toHaveProperty('instance_market_options');
    expect(synthesized({ terminateOnShutdown: false }).text).not.toContain('instance_initiated_shutdown_behavior');
  });

  it("puts the session's tags on everything that can carry them, volumes included", () => {
    const { providerBlock, resource } = synthesized({ tags: { team: 'kernel', 'labtui-session-id': 'forged' } });
    const session = { labtui: 'true', 'labtui-session-id': sessionId, 'labtui-owner': 'me@here', team: 'kernel' };
    expect(providerBlock.default_tags).toMatchObject([{ tags: session }]);
    for (const [type, instances] of Object.entries(resource)) {
      if (type === 'aws_route') continue;
      for (const config of Object.values(instances)) expect(config.tags, type).toMatchObject(session);
    }
    expect(resource.aws_instance?.vm).toMatchObject({
      tags: { Name: 'kernel-lab-aws' },
      volume_tags: { ...session, Name: 'kernel-lab-aws' },
    });
  });

  it('avoids what makes the provider wait: public addresses by subnet, DNS host names, many retries', () => {
    const { providerBlock, resource } = synthesized();
    expect(resource.aws_subnet?.subnet).not.toHaveProperty('map_public_ip_on_launch');
    expect(resource.aws_vpc?.vpc).not.toHaveProperty('enable_dns_hostnames');
    expect(providerBlock.max_retries).toBe(3);
  });

  it('makes no network where one is given, and no security group where some are named', () => {
    const own = synthesized({ stack: { network: 'default', networkIds } }).resource;
    expect(own).not.toHaveProperty('aws_vpc');
    expect(own.aws_instance?.vm).toMatchObject({ subnet_id: 'subnet-0bbb' });
    expect(own.aws_security_group?.ssh).toMatchObject({ vpc_id: 'vpc-0aaa' });
    const named = synthesized({ stack: { networkIds }, aws: { subnetId: 'subnet-0bbb', securityGroupIds: ['sg-0c'] } }).resource;
    expect(Object.keys(named)).toEqual(['aws_key_pair', 'aws_instance']);
    expect(named.aws_instance?.vm).toMatchObject({ vpc_security_group_ids: ['sg-0c'] });
  });

  it('keeps two stacks of a session apart in one account', () => {
    const names = ['aws', 'aws-debian'].map((id) => synthesized({ stack: { id } }).resource.aws_key_pair?.login?.key_name);
    expect(names).toEqual([`${sessionId}-aws`, `${sessionId}-aws-debian`]);
  });

  it('asks for spot once, at a price in plain decimals', () => {
    const { resource } = synthesized({ stack: { spot } });
    expect(resource.aws_instance?.vm?.instance_market_options).toEqual({
      market_type: 'spot',
      spot_options: { spot_instance_type: 'one-time', instance_interruption_behavior: 'terminate', max_price: '0.000002' },
    });
  });

  it('names profile and endpoint only where they are set, and never a secret', () => {
    expect(synthesized().providerBlock).not.toHaveProperty('endpoints');
    const { providerBlock, text } = synthesized({ aws: { profile: 'work', endpoint: 'http://127.0.0.1:5000' } });
    expect(providerBlock).toMatchObject({
      profile: 'work',
      endpoints: [{ ec2: 'http://127.0.0.1:5000', sts: 'http://127.0.0.1:5000' }],
    });
    expect(text).not.toMatch(/access_key|secret/);
    expect(text).toContain(publicKey);
  });

  it('compresses user data over 16384 bytes, the same way each time, and refuses what stays too large', () => {
    const large = `#!/bin/sh\n${'echo "${HOME}" ü\n'.repeat(1_500)}`;
    const packed = () => synthesized({ userData: large }).resource.aws_instance?.vm;
    expect(packed()).not.toHaveProperty('user_data');
    expect(gunzipSync(Buffer.from(String(packed()?.user_data_base64), 'base64')).toString()).toBe(large);
    expect(packed()).toEqual(packed());
    const noise = Array.from({ length: 400 }, (_, index) => createHash('sha512').update(`${index}`).digest('hex')).join('');
    expect(() => synthesized({ userData: noise })).toThrow(LabError);
    expect(synthesized({ userData: 'é'.repeat(8_192) }).resource.aws_instance?.vm).toHaveProperty('user_data');
    expect(synthesized({ userData: 'é'.repeat(8_193) }).resource.aws_instance?.vm).toHaveProperty('user_data_base64');
  });

  const refused: Readonly<Record<string, readonly [InputChange, string]>> = {
    'iops over what the size gives': [{ stack: { disk: { ...disk, sizeGb: 20, iops: 20_000 } } }, 'disk.sizeGb at least 40'],
    'throughput over what the iops give': [{ stack: { disk: { ...disk, throughput: 1_000 } } }, 'disk.iops at least 4000'],
    'throughput out of range': [{ stack: { disk: { ...disk, throughput: 100 } } }, 'change disk.throughput'],
    'throughput on provisioned iops': [{ stack: { disk: { ...disk, type: 'provisioned-iops', throughput: 200 } } }, 'disk.type ssd'],
    'iops on a magnetic disk': [{ stack: { disk: { ...disk, type: 'standard', iops: 100 } } }, 'disk.type ssd'],
    'a magnetic disk over 1 TB': [{ stack: { disk: { ...disk, type: 'standard', sizeGb: 2_000 } } }, 'disk.type ssd'],
    'groups of a VPC in a network of its own': [{ aws: { securityGroupIds: ['sg-0c'] } }, 'aws.subnetId, or network: default'],
  };

  it.each(Object.entries(refused))('refuses before anything exists: %s', (_name, [change, hint]) => {
    expect(refusalOf(() => synthesized(change)).problem).toMatchObject({ kind: 'invalid-input', hint: expect.stringContaining(hint) });
  });
});

describe('the schema check itself', () => {
  it('finds unknown, read-only and missing attributes, wrong types, loose references and provisioners', () => {
    const { text } = synthesized();
    const broken = (from: string, to: string) => schemaProblems(text.replace(from, to), schema).join('\n');
    expect(broken('"cidr_block"', '"cidr_blok"')).toContain('cidr_blok: unknown');
    expect(broken('"ami":', '"public_ip":')).toContain('public_ip: read-only');
    expect(broken('"ip_protocol"', '"description2"')).toContain('ip_protocol: missing');
    expect(broken('"http_put_response_hop_limit": 1', '"http_put_response_hop_limit": true')).toContain('not a "number"');
    expect(broken('${aws_subnet.subnet.id}', '${aws_subnet.other.id}')).toContain('not there');
    expect(broken('"depends_on"', '"provisioner"')).toContain('provisioner: unknown');
  });
});
