import { describe, expect, it } from 'vitest';
import { hostsOf } from '../../../src/clouds/aws/hosts.ts';
import type { StateResource } from '../../../src/core/cloud.ts';

const resource = (address: string, type: string, attributes: StateResource['attributes']): StateResource => ({
  address,
  type,
  id: `id-of-${address}`,
  name: null,
  tainted: false,
  attributes,
});

describe('the hosts of an AWS state', () => {
  it('are its instances by their Name tags, in the order of their numbers', () => {
    const vm = (index: number, more: StateResource['attributes'] = {}) =>
      resource(`aws_instance.vm-${index}`, 'aws_instance', { tags: { Name: `lab-aws-${index}` }, instance_state: 'running', ...more });
    const hosts = hostsOf([
      vm(10),
      resource('aws_vpc.vpc', 'aws_vpc', { tags: { Name: 'lab' } }),
      vm(2, { public_ip: '203.0.113.9', private_ip: '10.0.0.4', public_dns: '', availability_zone: 'eu-west-1b' }),
    ]);
    expect(hosts.map(({ name }) => name)).toEqual(['lab-aws-2', 'lab-aws-10']);
    expect(hosts[0]).toEqual({
      name: 'lab-aws-2',
      instanceId: 'id-of-aws_instance.vm-2',
      state: 'running',
      zone: 'eu-west-1b',
      publicIp: '203.0.113.9',
      publicDns: null,
      privateIp: '10.0.0.4',
    });
  });

  it('stay readable when the state says less, or something new', () => {
    const states = ['shutting-down', 'terminated', 'new-state', undefined].map((instance_state, index) =>
      resource(`aws_instance.vm-${index}`, 'aws_instance', { instance_state, tags: null }),
    );
    expect(hostsOf(states).map(({ name, state }) => [name, state])).toEqual([
      ['aws_instance.vm-0', 'terminating'],
      ['aws_instance.vm-1', 'terminated'],
      ['aws_instance.vm-2', 'unknown'],
      ['aws_instance.vm-3', 'unknown'],
    ]);
  });
});
