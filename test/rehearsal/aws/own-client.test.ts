import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAwsApi } from '../../../src/clouds/aws/api.ts';
import type { CloudApi } from '../../../src/core/cloud.ts';
import { awsFace } from '../../../src/rehearsal/aws/face/aws-face.ts';
import { runInstances } from '../../../src/rehearsal/aws/model/run-instances.ts';
import { usualLaunch } from '../../../src/rehearsal/aws/model/launch-input.ts';
import { createVpc } from '../../../src/rehearsal/aws/model/vpcs.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { settings, stackPlan } from '../../clouds/aws/stack-inputs.ts';
import { type AwsWorld, awsWorld, caller, fault, imageId, region } from './aws-world.ts';

let world: AwsWorld;
let server: FaceServer;
let api: CloudApi;

beforeEach(async () => {
  world = awsWorld();
  server = await serveFaces({ world, faces: [awsFace], caller });
  api = await openAwsApi({ region, settings: settings(), simulatedAt: server.origin }, {});
});
afterEach(async () => {
  api.close();
  await server.close();
});

const nobodyHears = (): void => undefined;

describe("labtui's own client on the simulated AWS", () => {
  it('knows who it is, and finds image, type, zone and the default network', async () => {
    expect(await api.whoAmI()).toEqual({ account: '000000000000', principal: 'arn:aws:iam::000000000000:user/rehearsal' });
    const found = await api.lookup(stackPlan({ network: 'default' }), 's-1', nobodyHears);
    expect(found).toMatchObject({ account: '000000000000', region, image: { id: imageId('noble-24.04-amd64-server-20261105'), minDiskGb: 8 }, instanceType: 't3a.medium' });
    expect(found.zone).toMatch(/^eu-north-1[abc]$/);
    expect(found.networkIds?.subnetId).toMatch(/^subnet-/);
  });

  it('reads refusals as those of the real one', async () => {
    await world.arm([fault('image')], null);
    await expect(api.lookup(stackPlan(), 's-1', nobodyHears)).rejects.toMatchObject({ problem: { kind: 'image' } });
    await world.disarm(null);
    await world.arm([fault('credentials')], null);
    await expect(api.whoAmI()).rejects.toMatchObject({ problem: { kind: 'credentials', code: 'InvalidClientTokenId' } });
  });

  it('lists what a session left, among thousands of others', async () => {
    await world.ec2('RunInstances', (ec2) => {
      createVpc(ec2, { cidrBlock: '10.0.0.0/16', tags: { 'labtui-session-id': 's-1' } });
      for (let n = 0; n < 10_000; n += 1) {
        ec2.tx.put({ cloud: 'aws', kind: 'volume', id: `vol-${n}`, name: null, region, zone: `${region}a`, tags: { 'labtui-session-id': `other-${n}` }, createdAtMs: 0, props: { sizeGb: 8, volumeType: 'gp3', attachments: [] } });
      }
      runInstances(ec2, { ...usualLaunch(imageId('debian-12'), 't3.medium'), tags: { instance: { 'labtui-session-id': 's-1', Name: 'vm' } } });
    });
    const left = await api.listBySession('s-1');
    expect(left.map(({ type, name }) => [type, name]).sort()).toEqual([['aws_instance', 'vm'], ['aws_vpc', null]]);
  });
});
