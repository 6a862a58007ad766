import { describe, expect, it } from 'vitest';
import { listTagged } from '../../../src/clouds/aws/list-tagged.ts';
import { awsError, type Ec2Answers, fakeEc2, filterOf } from './fake-ec2.ts';

const Tags = [
  { Key: 'labtui-session-id', Value: 'lab-aaaaaa' },
  { Key: 'Name', Value: 'lab' },
];

const empty: Ec2Answers = Object.fromEntries(
  ['Instances', 'Volumes', 'Snapshots', 'SecurityGroups', 'Vpcs', 'Subnets', 'InternetGateways', 'RouteTables', 'NetworkInterfaces', 'SpotInstanceRequests', 'KeyPairs', 'Addresses'].map(
    (what) => [`Describe${what}`, () => ({})],
  ),
);

describe('the listing by session tag', () => {
  it('asks every service for the tag, and finds nothing in an empty region', async () => {
    const { ec2, asked } = fakeEc2(empty);
    expect(await listTagged(ec2, 'lab-aaaaaa', 'eu-west-1')).toEqual([]);
    expect(asked.map(({ command }) => command).sort()).toEqual(Object.keys(empty).sort());
    for (const { command, input } of asked) expect(filterOf(input, 'tag:labtui-session-id'), command).toEqual(['lab-aaaaaa']);
  });

  it('reads all pages, in words of Terraform; a key pair goes by its name, a main route table with its VPC', async () => {
    const { ec2 } = fakeEc2({
      ...empty,
      DescribeInstances: ({ NextToken }) =>
        NextToken === undefined
          ? { Reservations: [{ Instances: [{ InstanceId: 'i-1', Tags }] }], NextToken: 'more' }
          : { Reservations: [{ Instances: [{ InstanceId: 'i-2', Tags }, { InstanceId: 'i-3', Tags }] }] },
      DescribeRouteTables: () => ({
        RouteTables: [
          { RouteTableId: 'rtb-main', Associations: [{ Main: true }], Tags },
          { RouteTableId: 'rtb-own', Tags },
        ],
      }),
      DescribeNetworkInterfaces: () => ({ NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', TagSet: Tags }] }),
      DescribeKeyPairs: () => ({ KeyPairs: [{ KeyName: 'lab-aws', KeyPairId: 'key-1', Tags }] }),
      DescribeAddresses: () => ({ Addresses: [{ AllocationId: 'eipalloc-1' }] }),
    });
    const found = await listTagged(ec2, 'lab-aaaaaa', 'eu-west-1');
    expect(found.map(({ type, id, name }) => `${type} ${id} ${name ?? '-'}`)).toEqual([
      'aws_instance i-1 lab',
      'aws_instance i-2 lab',
      'aws_instance i-3 lab',
      'aws_route_table rtb-own lab',
      'aws_network_interface eni-1 lab',
      'aws_key_pair lab-aws lab',
      'aws_eip eipalloc-1 -',
    ]);
    expect(found.every(({ seenBy, region }) => seenBy === 'listing' && region === 'eu-west-1')).toBe(true);
  });

  it('counts machines on their way out, but not those that are gone', async () => {
    const { ec2, asked } = fakeEc2(empty);
    await listTagged(ec2, 'lab-aaaaaa', 'eu-west-1');
    const instances = asked.find(({ command }) => command === 'DescribeInstances');
    expect(filterOf(instances?.input ?? {}, 'instance-state-name')).toEqual(['pending', 'running', 'stopping', 'stopped', 'shutting-down']);
  });

  it('is no listing when one service refuses: nothing is said to be gone', async () => {
    const { ec2 } = fakeEc2({
      ...empty,
      DescribeVolumes: () => {
        throw awsError('UnauthorizedOperation', 'You are not authorized to perform this operation.');
      },
    });
    await expect(listTagged(ec2, 'lab-aaaaaa', 'eu-west-1')).rejects.toMatchObject({ problem: { kind: 'permission' } });
  });
});
