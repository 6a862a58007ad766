import { describe, expect, it } from 'vitest';
import { eachTerraform } from '../../support/terraform/each-terraform.ts';
import { fault } from './gcp-world.ts';
import { googleConfiguration, simulatedGoogle } from './google-terraform.ts';

const open = eachTerraform(simulatedGoogle);

const image = (name: string) => ({ initialize_params: { image: `projects/debian-cloud/global/images/${name}`, size: 20, type: 'pd-balanced' } });

/** A lab: its own network and subnet, SSH for the caller by tag, one machine with an ephemeral address. */
const resources = (changes: object = {}, others: object = {}) => ({
  google_compute_network: { net: { name: 'lab-k3x9q2', auto_create_subnetworks: false } },
  google_compute_subnetwork: { subnet: { name: 'lab-k3x9q2', network: '${google_compute_network.net.id}', ip_cidr_range: '10.77.0.0/24', region: 'us-central1' } },
  google_compute_firewall: {
    ssh: { name: 'lab-k3x9q2-ssh', network: '${google_compute_network.net.name}', allow: { protocol: 'tcp', ports: ['22'] }, source_ranges: ['203.0.113.7/32'], target_tags: ['lab-k3x9q2'] },
  },
  google_compute_instance: {
    vm: {
      name: 'lab-k3x9q2-1',
      machine_type: 'e2-medium',
      zone: 'us-central1-a',
      tags: ['lab-k3x9q2'],
      labels: { labtui: 'true', 'labtui-session-id': 'lab-k3x9q2' },
      metadata: { 'ssh-keys': 'tester:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEs lab', 'user-data': '#cloud-config\n{}\n', 'enable-oslogin': 'FALSE', 'enable-guest-attributes': 'TRUE' },
      boot_disk: { auto_delete: true, ...image('debian-12-bookworm-v20261110') },
      network_interface: { subnetwork: '${google_compute_subnetwork.subnet.id}', access_config: {} },
      shielded_instance_config: { enable_secure_boot: false, enable_vtpm: true, enable_integrity_monitoring: true },
      ...changes,
    },
  },
  ...others,
});
const lab = (...changes: Parameters<typeof resources>) => googleConfiguration(resources(...changes));

describe('the real terraform on the simulated Google Cloud', () => {
  it('applies a lab, plans no changes, changes labels in place, replaces for another image, destroys all of it', async () => {
    const { write, succeed, noChanges, state, kinds, world } = open();
    write(lab());
    await succeed('init');
    await succeed('apply', '-auto-approve');
    expect(state('google_compute_instance', 'vm')).toMatchObject({
      id: 'projects/lab-project/zones/us-central1-a/instances/lab-k3x9q2-1',
      current_status: 'RUNNING',
      network_interface: [{ network_ip: '10.77.0.2', access_config: [{ nat_ip: expect.stringMatching(/^198\.19\./) }] }],
    });
    await noChanges();
    const before = state('google_compute_instance', 'vm')!.instance_id;

    write(lab({ labels: { labtui: 'true', 'labtui-expires': '2026-11-22t10-00-00z' } }));
    expect(await succeed('apply', '-auto-approve')).toContain('0 added, 1 changed, 0 destroyed');
    expect(state('google_compute_instance', 'vm')!.instance_id).toBe(before);
    await noChanges();

    write(lab({ boot_disk: { auto_delete: true, initialize_params: { image: 'projects/rocky-linux-cloud/global/images/rocky-linux-9-v20261110', size: 20, type: 'pd-balanced' } } }));
    expect(await succeed('apply', '-auto-approve')).toContain('1 added, 0 changed, 1 destroyed');
    await noChanges();

    expect(await succeed('destroy', '-auto-approve')).toContain('4 destroyed');
    expect(await kinds()).toEqual([]);
    const operations = (await world.journal(500)).map(({ operation }) => operation);
    expect(operations).toEqual(expect.arrayContaining(['oauth2.token', 'compute.networks.insert', 'compute.instances.insert', 'compute.instances.setLabels', 'compute.instances.delete', 'compute.networks.delete']));
  });

  it('plans no changes for a spot machine, a deadline, several machines, static addresses and data disks', async () => {
    const { write, succeed, noChanges, kinds } = open();
    const vm = resources().google_compute_instance.vm;
    const named = (name: string, more: object) => ({ ...vm, name: `lab-k3x9q2-${name}`, ...more });
    write(
      lab({}, {
        google_compute_address: { fixed: { name: 'lab-k3x9q2', region: 'us-central1', labels: { labtui: 'true' } } },
        google_compute_disk: { data: { name: 'lab-k3x9q2-data', size: 12, type: 'pd-ssd', zone: 'us-central1-a' } },
        google_compute_attached_disk: { data: { disk: '${google_compute_disk.data.id}', instance: '${google_compute_instance.deadline.id}' } },
        google_compute_instance: {
          vm,
          spot: named('spot', { scheduling: { provisioning_model: 'SPOT', preemptible: true, automatic_restart: false, on_host_maintenance: 'TERMINATE', instance_termination_action: 'DELETE' } }),
          deadline: named('deadline', {
            lifecycle: { ignore_changes: ['attached_disk'] },
            scheduling: { automatic_restart: true, on_host_maintenance: 'MIGRATE', instance_termination_action: 'DELETE', termination_time: new Date(Date.now() + 7_200_000).toISOString() },
          }),
          fixed: named('fixed', { network_interface: { subnetwork: '${google_compute_subnetwork.subnet.id}', access_config: { nat_ip: '${google_compute_address.fixed.address}' } } }),
          many: { ...named('many', {}), name: 'lab-k3x9q2-many-${count.index}', count: 3 },
        },
      }),
    );
    await succeed('init');
    const applied = await succeed('apply', '-auto-approve');
    expect(applied).toContain('13 added, 0 changed, 0 destroyed');
    await noChanges();
    await succeed('destroy', '-auto-approve');
    expect(await kinds()).toEqual([]);
  });

  it('explains a failed creation in the words of the real provider, and leaves the orphan of a lost answer', async () => {
    const { write, succeed, run, state, kinds, world } = open();
    write(lab());
    await succeed('init');
    await world.arm([fault('capacity')], null);
    const failed = await run('apply', '-auto-approve');
    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain("Error: Error waiting for instance to create: The zone 'projects/lab-project/zones/us-central1-a' does not have enough resources available to fulfill the request.");
    await world.disarm(null);
    await world.arm([fault('answer-lost', { times: 1 })], null);
    expect((await run('apply', '-auto-approve')).output).toContain('connection reset by peer');
    expect(state('google_compute_instance', 'vm')).toBeNull();
    expect(await kinds()).toContain('instance');
    const again = await run('apply', '-auto-approve');
    expect(again.output).toContain("googleapi: Error 409: The resource 'projects/lab-project/zones/us-central1-a/instances/lab-k3x9q2-1' already exists, alreadyExists");
    await succeed('import', 'google_compute_instance.vm', 'projects/lab-project/zones/us-central1-a/instances/lab-k3x9q2-1');
    await succeed('destroy', '-auto-approve');
    expect(await kinds()).toEqual([]);
  });
});
