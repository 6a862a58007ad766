import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesize } from '../../../src/clouds/gcp/stack.ts';
import { refusalOf } from '../../support/stack-inputs.ts';
import { record } from '../../support/stack-text.ts';
import { image, type InputChange, publicKey, sessionId, stackInput } from './stack-inputs.ts';
import { bios, networkIds, sharedIds, spot } from './stack-variants.ts';

const texts = z.record(z.string(), z.string());
const instanceText = z.looseObject({ name: z.string(), labels: texts, metadata: texts, boot_disk: z.looseObject({ initialize_params: z.looseObject({ labels: texts }) }) });
const stackText = z.object({
  terraform: record,
  provider: z.object({ google: z.tuple([record]) }),
  resource: z.looseObject({ google_compute_instance: z.record(z.string(), instanceText) }),
});

function synthesized(change: InputChange = {}) {
  const text = synthesize(stackInput(change));
  const parsed = stackText.parse(JSON.parse(text));
  const instances = parsed.resource.google_compute_instance;
  const [vm] = Object.values(instances);
  return { text, ...parsed, resource: parsed.resource as Record<string, Record<string, Record<string, unknown>>>, instances, vm: vm! };
}

const refusal = (change: InputChange) => refusalOf(() => synthesize(stackInput(change)));

describe('the Google Cloud stack', () => {
  it('names provider and Terraform in full, keeps its state beside it, and holds no path of this computer', () => {
    const { text, terraform, provider } = synthesized();
    expect(terraform).toEqual({
      backend: { local: { path: 'terraform.tfstate' } },
      required_providers: { google: { source: 'hashicorp/google', version: '>= 6.50.0, < 8.0.0' } },
      required_version: '>= 1.5',
    });
    expect(provider.google[0]).toEqual({ project: 'my-labs', region: 'europe-west1', zone: 'europe-west1-c', request_timeout: '60s' });
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain('"//"');
    expect(text).not.toMatch(/credentials|access_token|service_account/);
  });

  it('makes a network of custom mode with one subnet, and lets only the caller reach SSH of machines with the tag', () => {
    const { resource, vm } = synthesized({ stack: { allowFrom: ['198.51.100.7/32', '203.0.113.0/24'], sshPort: 2222 } });
    const name = `${sessionId}-gcp`;
    expect(resource.google_compute_network?.network).toMatchObject({ name, auto_create_subnetworks: false, project: 'my-labs' });
    expect(resource.google_compute_subnetwork?.subnet).toMatchObject({ name, region: 'europe-west1', network: '${google_compute_network.network.id}' });
    expect(resource.google_compute_firewall?.ssh).toMatchObject({
      name,
      direction: 'INGRESS',
      network: '${google_compute_network.network.id}',
      source_ranges: ['198.51.100.7/32', '203.0.113.0/24'],
      target_tags: [name],
      allow: [{ protocol: 'tcp', ports: ['2222'] }],
    });
    expect(vm).toMatchObject({ tags: [name], network_interface: [{ subnetwork: '${google_compute_subnetwork.subnet.id}', access_config: [{}] }] });
  });

  it('gives the machine its image, a balanced disk that goes with it, and no service account', () => {
    const { vm } = synthesized();
    expect(vm).toMatchObject({
      name: `${sessionId}-gcp`,
      zone: 'europe-west1-c',
      machine_type: 'e2-medium',
      allow_stopping_for_update: true,
      boot_disk: { auto_delete: true, initialize_params: { image, size: 20, type: 'pd-balanced' } },
    });
    expect(vm).not.toHaveProperty('service_account');
    expect(synthesized({ count: 2 }).instances).toMatchObject({ 'vm-1': { name: `${sessionId}-gcp-1` }, 'vm-2': { name: `${sessionId}-gcp-2` } });
  });

  it('lets in the session and nobody else: its key, no keys of the project, no OS Login', () => {
    const { vm } = synthesized();
    expect(vm.metadata).toMatchObject({
      'ssh-keys': `ubuntu:${publicKey}`,
      'block-project-ssh-keys': 'TRUE',
      'enable-oslogin': 'FALSE',
      'enable-guest-attributes': 'TRUE',
      'user-data': '#cloud-config\nhostname: kernel-lab-gcp\n',
    });
    expect(vm.metadata).not.toHaveProperty('startup-script');
  });

  it('hands the script to images without cloud-init, as metadata that a later plan changes in place', () => {
    const { vm } = synthesized({ init: 'startup-script', userData: '#!/bin/sh\ntrue\n' });
    expect(vm.metadata['startup-script']).toBe('#!/bin/sh\ntrue\n');
    expect(vm.metadata).not.toHaveProperty('user-data');
    expect(vm).not.toHaveProperty('metadata_startup_script');
    expect(synthesized({ init: 'none', userData: '' }).vm.metadata).not.toHaveProperty('user-data');
  });

  it('compresses user data that is over 256 KB, where cloud-init unpacks it, and refuses what is still too large', () => {
    const long = `#cloud-config\n# ${'0123456789'.repeat(30_000)}\n`;
    const { metadata } = synthesized({ userData: long }).vm;
    expect(metadata['user-data-encoding']).toBe('base64');
    expect(gunzipSync(Buffer.from(metadata['user-data'] ?? '', 'base64')).toString()).toBe(long);
    for (const init of ['startup-script', 'ignition'] as const) {
      expect(refusal({ init, userData: long }).problem).toMatchObject({ kind: 'invalid-input', summary: expect.stringContaining('Google Cloud takes 262144') });
    }
    const noise = Array.from({ length: 10_000 }, (_, index) => createHash('sha256').update(String(index)).digest('base64')).join('');
    expect(() => synthesized({ userData: noise })).toThrow(/user data has \d+ bytes, \d+ compressed/);
  });

  it('puts labels in the alphabet of Google Cloud on the machine, the exact tags beside them, and what never changes on its disk', () => {
    const { vm } = synthesized({ tags: { Team: 'Kernel & Co', 'labtui-session-id': 'forged' } });
    expect(vm.labels).toMatchObject({
      labtui: 'true',
      'labtui-session-id': sessionId,
      'labtui-timestamp': '2026-11-20t10-00-00-000z',
      'labtui-expires': '2026-11-20t14-00-00-000z',
      'labtui-owner': 'me_40here',
      'labtui-machine': 'kernel-lab-gcp',
      't___54eam': '_4bernel_20_26_20_43o',
    });
    expect(JSON.parse(vm.metadata['labtui-tags'] ?? '')).toMatchObject({ Team: 'Kernel & Co', 'labtui-owner': 'me@here', 'labtui-machine': 'kernel-lab-gcp' });
    expect(vm.boot_disk.initialize_params.labels).toEqual({ labtui: 'true', 'labtui-session-id': sessionId, 'labtui-machine': 'kernel-lab-gcp' });
  });

  it('writes on what can carry no label whose it is, once and for all', () => {
    const { resource } = synthesized({ tags: { team: 'kernel' }, expiresAt: null });
    for (const [type, name] of [['google_compute_network', 'network'], ['google_compute_subnetwork', 'subnet'], ['google_compute_firewall', 'ssh']] as const) {
      expect(resource[type]?.[name], type).toMatchObject({
        description: `labtui=true labtui-session-id=${sessionId} labtui-timestamp=2026-11-20T10:00:00.000Z labtui-expires=never labtui-owner=me@here`,
        lifecycle: { ignore_changes: ['description'] },
      });
    }
  });

  it('lets the cloud delete the machine a minute before its own timer would only stop it', () => {
    const { vm } = synthesized();
    expect(vm.scheduling).toEqual({ instance_termination_action: 'DELETE', automatic_restart: false, termination_time: '2026-11-20T13:59:00Z' });
    expect(synthesized({ expiresAt: null }).vm).not.toHaveProperty('scheduling');
  });

  it('asks for spot machines that are deleted when they are taken back', () => {
    const wanted = { provisioning_model: 'SPOT', preemptible: true, automatic_restart: false, instance_termination_action: 'DELETE' };
    expect(synthesized({ stack: { spot } }).vm.scheduling).toEqual({ ...wanted, termination_time: '2026-11-20T13:59:00Z' });
    expect(synthesized({ stack: { spot }, expiresAt: null }).vm.scheduling).toEqual(wanted);
  });

  it('leaves nothing that a new deadline changes among what replaces the machine', async () => {
    const forcing = z
      .object({ resources: z.object({ google_compute_instance: z.looseObject({ forcesReplacement: z.array(z.string()) }) }) })
      .parse(JSON.parse(await readFile(new URL('../../../src/rehearsal/schemas/google.json', import.meta.url), 'utf8'))).resources.google_compute_instance.forcesReplacement;
    const before = synthesized().vm;
    const after = synthesized({ expiresAt: '2026-11-21T14:00:00.000Z', userData: '#cloud-config\n{}\n', tags: { more: 'tags' } }).vm;
    const changed = changedPaths(before, after).filter((path) => forcing.includes(path));
    expect(changed).toEqual(['scheduling.termination_time']);
    expect(after.lifecycle).toEqual({ ignore_changes: ['scheduling[0].termination_time'] });
    expect(synthesized({ expiresAt: null }).vm).not.toHaveProperty('lifecycle');
  });

  it('shields machines whose image starts by UEFI, without secure boot: a lab boots its own kernels', () => {
    expect(synthesized().vm.shielded_instance_config).toEqual({ enable_vtpm: true, enable_integrity_monitoring: true, enable_secure_boot: false });
    expect(synthesized({ stack: { image: bios } }).vm).not.toHaveProperty('shielded_instance_config');
    expect(synthesized({ stack: { arch: 'arm64', instanceType: 't2a-standard-2' } }).vm).not.toHaveProperty('shielded_instance_config');
  });

  it('makes no network where one is given; the rule goes into the project that has it', () => {
    const own = synthesized({ stack: { network: 'default', networkIds } }).resource;
    expect(own).not.toHaveProperty('google_compute_network');
    expect(own).not.toHaveProperty('google_compute_subnetwork');
    expect(own.google_compute_firewall?.ssh).toMatchObject({ network: networkIds.vpcId, project: 'my-labs' });
    expect(own.google_compute_instance?.vm).toMatchObject({ network_interface: [{ subnetwork: networkIds.subnetId }] });
    const shared = synthesized({ stack: { networkIds: sharedIds }, gcp: { subnetwork: 'labs' } }).resource;
    expect(shared.google_compute_firewall?.ssh).toMatchObject({ project: 'host', network: sharedIds.vpcId });
    expect(() => synthesize(stackInput({ stack: { network: 'default' } }))).toThrow('no look-up pinned it');
  });

  it('keeps stacks and sessions apart in one project, by names that Google Cloud takes', () => {
    const names = [
      ...['gcp', 'gcp-debian-12'].map((id) => synthesized({ stack: { id } }).vm.name),
      synthesized({ sessionId: '4x4-a2b3c4' }).vm.name,
      ...['1', '2'].map((end) =>
        synthesized({
          sessionId: `${'a'.repeat(40)}-x7k2p9`,
          stack: { id: `gcp-northamerica-northeast${end}-opensuse-tumbleweed-rolling` },
          count: 100,
        }).instances['vm-100']?.name,
      ),
    ];
    expect(names.slice(0, 3)).toEqual([`${sessionId}-gcp`, `${sessionId}-gcp-debian-12`, 'l4x4-a2b3c4-gcp']);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
  });

  it('refuses a key that is only a name: Google Cloud keeps none', () => {
    expect(refusal({ key: { cloudKeyName: 'team' } }).problem).toMatchObject({ kind: 'invalid-input', hint: 'ssh.key: generate, or a .pub file' });
  });

  it('hands tags and user data over as they are, whatever they look like', () => {
    const { vm } = synthesized({ tags: { note: '${x.y} %{if}' }, userData: 'echo ${X} %{y}' });
    expect(vm.metadata['user-data']).toBe('echo $${X} %%{y}');
    expect(vm.metadata['labtui-tags']).toContain('$${x.y} %%{if}');
  });
});

/** Dotted paths of what differs, list positions left out, as the schema names attributes. */
function changedPaths(before: unknown, after: unknown, at = ''): readonly string[] {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isObject(before) || !isObject(after)) return Object.is(before, after) ? [] : [at];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const path = /^\d+$/.test(key) ? at : at === '' ? key : `${at}.${key}`;
    return changedPaths(before[key], after[key], path);
  });
}
