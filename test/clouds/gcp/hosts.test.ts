import { describe, expect, it } from 'vitest';
import type { StateResource } from '../../../src/core/cloud.ts';
import { hostsOf, instanceState } from '../../../src/clouds/gcp/hosts.ts';
import { labelsOf } from '../../../src/clouds/gcp/labels.ts';

const instance = (name: string, attributes: Record<string, unknown>): StateResource => ({
  address: `google_compute_instance.${name}`,
  type: 'google_compute_instance',
  id: `projects/my-labs/zones/europe-west1-c/instances/${name}`,
  name,
  tainted: false,
  attributes: { name, zone: 'europe-west1-c', current_status: 'RUNNING', ...attributes },
});

describe('the machines of a Google Cloud state', () => {
  it('come by their tags, in the order of their numbers, with their addresses', () => {
    const machine = (number: number) =>
      instance(`lab-a2b3c4-gcp-${number}`, {
        labels: labelsOf({ 'labtui-machine': `lab-gcp-${number}` }),
        network_interface: [{ network_ip: `10.0.0.${number}`, access_config: [{ nat_ip: `203.0.113.${number}` }] }],
      });
    const other: StateResource = { ...machine(3), type: 'google_compute_network' };
    const hosts = hostsOf([machine(10), other, machine(2)]);
    expect(hosts.map(({ name }) => name)).toEqual(['lab-gcp-2', 'lab-gcp-10']);
    expect(hosts[0]).toEqual({
      name: 'lab-gcp-2',
      instanceId: 'projects/my-labs/zones/europe-west1-c/instances/lab-a2b3c4-gcp-2',
      state: 'running',
      zone: 'europe-west1-c',
      publicIp: '203.0.113.2',
      publicDns: null,
      privateIp: '10.0.0.2',
    });
  });

  it('have their exact name in the metadata, and go by the instance name where nothing else is said', () => {
    const long = `${'x'.repeat(40)}-gcp-northamerica-northeast1-ubuntu-24-04-7`;
    expect(hostsOf([instance('vm', { metadata: { 'labtui-tags': JSON.stringify({ 'labtui-machine': long }) }, labels: labelsOf({ 'labtui-machine': long }) })])[0]?.name).toBe(long);
    expect(hostsOf([instance('vm', { labels: null, network_interface: null, current_status: '' })])[0]).toMatchObject({ name: 'vm', publicIp: null, privateIp: null, state: 'unknown' });
    expect(hostsOf([instance('vm', { network_interface: [{ network_ip: '', access_config: [] }] })])[0]).toMatchObject({ publicIp: null, privateIp: null });
  });

  it("are in labtui's states: what Google Cloud calls terminated can be started again", () => {
    const states = ['PROVISIONING', 'STAGING', 'RUNNING', 'STOPPING', 'TERMINATED', 'SUSPENDED', 'DEPROVISIONING', 'REPAIRING', null].map(instanceState);
    expect(states).toEqual(['pending', 'pending', 'running', 'stopping', 'stopped', 'stopped', 'terminating', 'unknown', 'unknown']);
  });
});
