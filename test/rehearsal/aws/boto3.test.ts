import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsFace } from '../../../src/rehearsal/aws/face/aws-face.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { publicKey } from '../../clouds/aws/stack-inputs.ts';
import { skipLoudly } from '../../support/labtui.ts';
import { awsWorld, caller, imageId, region } from './aws-world.ts';

/** A client that nobody here wrote, used as its documentation says; prints what it saw as JSON. */
const program = `
import boto3, json, sys
from botocore.exceptions import ClientError
ami, key = sys.argv[1:]
ec2 = boto3.client('ec2')
seen = {'account': boto3.client('sts').get_caller_identity()['Account']}
vpc = ec2.create_vpc(CidrBlock='10.1.0.0/16', TagSpecifications=[{'ResourceType': 'vpc', 'Tags': [{'Key': 'Name', 'Value': 'a <b> & c'}]}])['Vpc']['VpcId']
ec2.get_waiter('vpc_available').wait(VpcIds=[vpc], WaiterConfig={'Delay': 0})
seen['vpcs'] = [each['Tags'][0]['Value'] for each in ec2.describe_vpcs(Filters=[{'Name': 'tag:Name', 'Values': ['a*']}])['Vpcs']]
ec2.import_key_pair(KeyName='k', PublicKeyMaterial=key)
seen['key'] = ec2.describe_key_pairs(KeyNames=['k'])['KeyPairs'][0]['KeyType']
run = ec2.run_instances(ImageId=ami, InstanceType='t3.medium', KeyName='k', MinCount=2, MaxCount=2)
ids = [each['InstanceId'] for each in run['Instances']]
ec2.get_waiter('instance_running').wait(InstanceIds=ids, WaiterConfig={'Delay': 0.05})
pages = ec2.get_paginator('describe_instances').paginate(PaginationConfig={'PageSize': 1})
seen['states'] = [each['State']['Name'] for page in pages for group in page['Reservations'] for each in group['Instances']]
resource = boto3.resource('ec2')
seen['types'] = sorted(each.instance_type for each in resource.instances.filter(Filters=[{'Name': 'key-name', 'Values': ['k']}]))
seen['launched'] = run['Instances'][0]['LaunchTime'].year
ec2.terminate_instances(InstanceIds=ids)
ec2.get_waiter('instance_terminated').wait(InstanceIds=ids, WaiterConfig={'Delay': 0.05})
ec2.delete_vpc(VpcId=vpc)
try:
    ec2.delete_vpc(VpcId=vpc)
except ClientError as error:
    seen['error'] = error.response['Error']['Code']
try:
    ec2.run_instances(ImageId=ami, MinCount=1, MaxCount=1, InstanceType='t3.medium', DryRun=True)
except ClientError as error:
    seen['dry'] = error.response['Error']['Code']
print(json.dumps(seen))
`;

const missing = await execa('python3', ['-c', 'import boto3'], { reject: false }).then(({ exitCode }) => (exitCode === 0 ? null : 'python3 with boto3 is not there (pip install boto3)'));
const skipped = skipLoudly('the simulated EC2 held against boto3', missing);

describe.skipIf(skipped)('EC2 and STS for boto3', () => {
  let server: FaceServer;
  const world = awsWorld(2_000);
  let ticking: NodeJS.Timeout;
  beforeEach(async () => {
    // The test's world has a clock that stands still.
    ticking = setInterval(() => world.advance(10), 10);
    server = await serveFaces({ world, faces: [awsFace], caller });
  });
  afterEach(async () => {
    clearInterval(ticking);
    await server.close();
  });

  it('makes, lists, waits for and ends what it is told to', async () => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, AWS_ENDPOINT_URL: server.origin, AWS_DEFAULT_REGION: region, AWS_ACCESS_KEY_ID: 'simulated', AWS_SECRET_ACCESS_KEY: 'simulated', AWS_EC2_METADATA_DISABLED: 'true' };
    const { stdout } = await execa('python3', ['-c', program, imageId('noble-24.04-amd64-server-20261105'), publicKey], { env, extendEnv: false });
    expect(JSON.parse(stdout)).toEqual({
      account: '000000000000',
      vpcs: ['a <b> & c'],
      key: 'ed25519',
      states: ['running', 'running'],
      types: ['t3.medium', 't3.medium'],
      launched: 2026,
      error: 'InvalidVpcID.NotFound',
      dry: 'DryRunOperation',
    });
  });
});
