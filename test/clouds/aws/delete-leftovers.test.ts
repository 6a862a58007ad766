import { describe, expect, it } from 'vitest';
import { deleteLeftovers } from '../../../src/clouds/aws/delete-leftovers.ts';
import type { LeftResource } from '../../../src/core/events.ts';
import { awsError, type Ec2Answers, fakeEc2, filterOf } from './fake-ec2.ts';

const left = (type: string, id: string): LeftResource => ({ type, id, name: null, region: 'eu-west-1', seenBy: 'listing' });
const refuses = (code: string, message = code) => () => {
  throw awsError(code, message);
};

/** What a session of one machine leaves when everything went wrong, and one thing that labtui does not make. */
const everything: readonly LeftResource[] = [
  left('aws_vpc', 'vpc-1'),
  left('aws_subnet', 'subnet-1'),
  left('aws_route_table', 'rtb-1'),
  left('aws_internet_gateway', 'igw-1'),
  left('aws_security_group', 'sg-1'),
  left('aws_eip', 'eipalloc-1'),
  left('aws_ebs_snapshot', 'snap-1'),
  left('aws_ebs_volume', 'vol-1'),
  left('aws_network_interface', 'eni-1'),
  left('aws_key_pair', 'lab-aws'),
  left('aws_launch_template', 'lt-1'),
  left('aws_instance', 'i-1'),
  left('aws_spot_instance_request', 'sir-1'),
  left('aws_db_instance', 'db-1'),
];

/** A region that does what it is told; the instance is there for two looks more. */
function region(answers: Ec2Answers = {}) {
  let looks = 0;
  const deletions = ['Vpc', 'Subnet', 'RouteTable', 'InternetGateway', 'SecurityGroup', 'Snapshot', 'Volume', 'NetworkInterface', 'KeyPair', 'LaunchTemplate'].map((what) => [`Delete${what}`, () => ({})] as const);
  const fake = fakeEc2({
    ...Object.fromEntries(deletions),
    CancelSpotInstanceRequests: () => ({}),
    TerminateInstances: () => ({}),
    DescribeInstances: () => ((looks += 1) <= 2 ? { Reservations: [{ Instances: [{ InstanceId: 'i-1' }] }] } : {}),
    DescribeAddresses: () => ({ Addresses: [{ AllocationId: 'eipalloc-1', AssociationId: 'eipassoc-1' }] }),
    DisassociateAddress: () => ({}),
    ReleaseAddress: () => ({}),
    DescribeInternetGateways: () => ({ InternetGateways: [{ InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-1' }] }] }),
    DetachInternetGateway: () => ({}),
    DescribeRouteTables: () => ({ RouteTables: [{ RouteTableId: 'rtb-1', Associations: [{ Main: true, RouteTableAssociationId: 'rtbassoc-main' }, { Main: false, RouteTableAssociationId: 'rtbassoc-1' }] }] }),
    DisassociateRouteTable: () => ({}),
    ...answers,
  });
  let waitedMs = 0;
  const sleep = (ms: number): Promise<void> => {
    waitedMs += ms;
    return Promise.resolve();
  };
  return { ...fake, waitedMs: () => waitedMs, delete: (found: readonly LeftResource[]) => deleteLeftovers(fake.ec2, found, sleep, 'eu-west-1') };
}

describe('deleting what a listing found', () => {
  it('goes from what holds to what is held, and waits until instances are gone', async () => {
    const { asked, waitedMs, delete: remove } = region();
    const undeleted = await remove(everything);
    expect(asked.map(({ command }) => command)).toEqual([
      'CancelSpotInstanceRequests',
      'TerminateInstances',
      ...['DescribeInstances', 'DescribeInstances', 'DescribeInstances'],
      'DeleteNetworkInterface',
      'DeleteVolume',
      'DeleteSnapshot',
      ...['DescribeAddresses', 'DisassociateAddress', 'ReleaseAddress'],
      'DeleteSecurityGroup',
      ...['DescribeRouteTables', 'DisassociateRouteTable', 'DeleteRouteTable'],
      ...['DescribeInternetGateways', 'DetachInternetGateway', 'DeleteInternetGateway'],
      'DeleteSubnet',
      'DeleteVpc',
      'DeleteKeyPair',
      'DeleteLaunchTemplate',
    ]);
    expect(waitedMs()).toBe(10_000);
    expect(asked.find(({ command }) => command === 'DeleteKeyPair')?.input).toEqual({ KeyName: 'lab-aws' });
    expect(asked.find(({ command }) => command === 'DetachInternetGateway')?.input).toEqual({ InternetGatewayId: 'igw-1', VpcId: 'vpc-1' });
    expect(asked.filter(({ command }) => command === 'DisassociateRouteTable').map(({ input }) => input)).toEqual([{ AssociationId: 'rtbassoc-1' }]);
    const [look] = asked.filter(({ command }) => command === 'DescribeInstances');
    expect([filterOf(look?.input ?? {}, 'instance-id'), filterOf(look?.input ?? {}, 'instance-state-name')]).toEqual([['i-1'], ['pending', 'running', 'stopping', 'stopped', 'shutting-down']]);
    // What labtui does not make it does not delete.
    expect(undeleted).toEqual([{ resource: left('aws_db_instance', 'db-1'), problem: { kind: 'conflict', summary: 'labtui does not delete aws_db_instance db-1' } }]);
  });

  it('counts what is gone already as deleted, whatever its kind', async () => {
    const gone = {
      TerminateInstances: refuses('InvalidInstanceID.NotFound', "The instance ID 'i-1' does not exist"),
      DescribeInstances: () => ({}),
      DeleteVolume: refuses('InvalidVolume.NotFound', "The volume 'vol-1' does not exist."),
      DescribeAddresses: refuses('InvalidAllocationID.NotFound', "The allocation ID 'eipalloc-1' does not exist"),
      DeleteSecurityGroup: refuses('InvalidGroup.NotFound', "The security group 'sg-1' does not exist"),
      DeleteVpc: refuses('InvalidVpcID.NotFound', "The vpc ID 'vpc-1' does not exist"),
    };
    expect(await region(gone).delete(everything.filter(({ type }) => type !== 'aws_db_instance'))).toEqual([]);
  });

  it('waits for what an ended instance still holds, a minute at most, and says what it was', async () => {
    let refused = 0;
    const held = refuses('DependencyViolation', 'resource sg-1 has a dependent object');
    const later = region({ DeleteSecurityGroup: () => ((refused += 1) <= 3 ? held() : {}) });
    expect(await later.delete([left('aws_security_group', 'sg-1')])).toEqual([]);
    expect(later.waitedMs()).toBe(15_000);

    const never = region({ DeleteSecurityGroup: held });
    expect(await never.delete([left('aws_security_group', 'sg-1'), left('aws_key_pair', 'lab-aws')])).toEqual([
      { resource: left('aws_security_group', 'sg-1'), problem: expect.objectContaining({ kind: 'conflict', code: 'DependencyViolation' }) as unknown },
    ]);
    expect(never.waitedMs()).toBe(55_000);
    expect(never.asked.at(-1)?.command).toBe('DeleteKeyPair');
  });

  it('says of each what could not be deleted: a protected instance, one that never ends, a call that is not allowed', async () => {
    const protectedOne = region({
      TerminateInstances: ({ InstanceIds }) => (String(InstanceIds) === 'i-1' ? refuses('OperationNotPermitted', "The instance 'i-1' may not be terminated.")() : {}),
      DescribeInstances: () => ({}),
    });
    expect((await protectedOne.delete([left('aws_instance', 'i-1'), left('aws_instance', 'i-2')])).map(({ resource, problem }) => [resource.id, problem.code])).toEqual([['i-1', 'OperationNotPermitted']]);

    const stuck = region({ DescribeInstances: () => ({ Reservations: [{ Instances: [{ InstanceId: 'i-1' }] }] }) });
    expect(await stuck.delete([left('aws_instance', 'i-1')])).toMatchObject([{ problem: { kind: 'conflict', summary: 'the instance i-1 is still shutting down', retryable: true } }]);
    expect(stuck.waitedMs()).toBe(600_000);

    const forbidden = region({ DeleteVpc: refuses('UnauthorizedOperation', 'You are not authorized to perform this operation.') });
    expect(await forbidden.delete([left('aws_vpc', 'vpc-1')])).toMatchObject([{ resource: { id: 'vpc-1' }, problem: { kind: 'permission' } }]);
    expect(forbidden.waitedMs()).toBe(0);
  });

  it('leaves alone what is in another region: asked here, it would seem to be gone', async () => {
    const { asked, delete: remove } = region({ DescribeInstances: () => ({}) });
    const far = { ...left('aws_instance', 'i-9'), region: 'us-east-1' };
    const nowhere = { ...left('aws_key_pair', 'lab-aws'), region: null };
    expect(await remove([far, nowhere])).toEqual([{ resource: far, problem: { kind: 'conflict', summary: 'aws_instance i-9 is in us-east-1, and only eu-west-1 was asked to delete' } }]);
    expect(asked.map(({ command }) => command)).toEqual(['DeleteKeyPair']);
  });

  it('asks for many instances in portions that EC2 takes, and goes on where it may not see whether they are gone', async () => {
    const many = Array.from({ length: 450 }, (_, n) => left('aws_instance', `i-${n}`));
    const all = region({ DescribeInstances: () => ({}) });
    expect(await all.delete(many)).toEqual([]);
    expect(all.asked.flatMap(({ command, input }) => (command === 'DescribeInstances' ? [filterOf(input, 'instance-id').length] : []))).toEqual([200, 200, 50]);

    const blind = region({ DescribeInstances: refuses('UnauthorizedOperation', 'You are not authorized to perform this operation.') });
    expect(await blind.delete([left('aws_instance', 'i-1'), left('aws_key_pair', 'lab-aws')])).toMatchObject([{ resource: { id: 'i-1' }, problem: { kind: 'permission' } }]);
    expect(blind.asked.at(-1)?.command).toBe('DeleteKeyPair');
  });

  it("lets a bug of labtui's own through", async () => {
    const broken = region({
      DeleteVpc: () => {
        throw new TypeError('x is undefined');
      },
    });
    await expect(broken.delete([left('aws_vpc', 'vpc-1')])).rejects.toBeInstanceOf(TypeError);
  });
});
