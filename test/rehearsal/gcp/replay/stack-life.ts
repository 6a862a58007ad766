import * as z from 'zod';
import { blocks, type Config, firewallBody, instanceBody, metadataItems, networkBody, resolved, subnetworkBody } from './provider-bodies.ts';
import { type Json, lastOf, type ProviderHttp } from './provider-http.ts';
import { type Instance, instanceDrift, readDisk, readInstance } from './provider-reads.ts';

// The life of a generated stack in the provider's order of requests.

const configs = z.record(z.string(), z.record(z.string(), z.unknown()));
const stack = z.object({
  resource: z.object({ google_compute_network: configs.optional(), google_compute_subnetwork: configs.optional(), google_compute_firewall: configs, google_compute_instance: configs }),
});

export interface StandingInstance {
  readonly config: Config;
  readonly path: string;
  readonly found: Instance;
}

const attribution = { 'goog-terraform-provisioned': 'true' };
const effectiveLabels = ({ labels }: Config): Json => ({ ...(typeof labels === 'object' ? labels : {}), ...attribution });

/** Resources in the order of their references, with the ids that stand for them. */
export function resourcesOf(text: string) {
  const { resource } = stack.parse(JSON.parse(text));
  const ids = new Map<string, string>();
  const of = (type: keyof typeof resource, place: (config: Config) => string) =>
    Object.entries(resource[type] ?? {}).map(([name, raw]) => {
      const config: Config = Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, resolved(value, ids)]));
      const collection = `projects/${String(config.project)}/${place(config)}`;
      ids.set(`${type}.${name}`, `${collection}/${String(config.name)}`);
      return { config, collection, path: `${collection}/${String(config.name)}` };
    });
  const networks = of('google_compute_network', () => 'global/networks');
  const subnetworks = of('google_compute_subnetwork', ({ region }) => `regions/${String(region)}/subnetworks`);
  const firewalls = of('google_compute_firewall', () => 'global/firewalls');
  const instances = of('google_compute_instance', ({ zone }) => `zones/${String(zone)}/instances`);
  return { networks, subnetworks, firewalls, instances };
}

const network = z.looseObject({ id: z.string().regex(/^\d+$/), selfLink: z.string(), autoCreateSubnetworks: z.literal(false), mtu: z.number(), routingConfig: z.looseObject({ routingMode: z.string() }), networkFirewallPolicyEnforcementOrder: z.literal('AFTER_CLASSIC_FIREWALL') });
const subnetwork = z.looseObject({ selfLink: z.string(), network: z.string(), region: z.string(), ipCidrRange: z.string(), gatewayAddress: z.string(), fingerprint: z.string(), privateIpGoogleAccess: z.literal(false), stackType: z.literal('IPV4_ONLY'), purpose: z.literal('PRIVATE'), enableFlowLogs: z.literal(false), logConfig: z.object({ enable: z.literal(false) }) });
const firewall = z.looseObject({ selfLink: z.string(), network: z.string(), direction: z.string(), priority: z.literal(1000), disabled: z.literal(false), allowed: z.array(z.object({ IPProtocol: z.string(), ports: z.array(z.string()) })), sourceRanges: z.array(z.string()), targetTags: z.array(z.string()), creationTimestamp: z.string(), logConfig: z.object({ enable: z.literal(false) }) });

/** Creates everything; paths of drift are added to `drift`. */
export async function createStack(http: ProviderHttp, text: string, drift: string[]): Promise<readonly StandingInstance[]> {
  const { networks, subnetworks, firewalls, instances } = resourcesOf(text);
  for (const { config, collection, path } of networks) {
    await http.change('POST', collection, networkBody(config));
    network.parse(await http.send('GET', path));
  }
  for (const { config, collection, path } of subnetworks) {
    await http.change('POST', collection, subnetworkBody(config));
    const found = subnetwork.parse(await http.send('GET', path));
    if (found.ipCidrRange !== config.ip_cidr_range || lastOf(found.region) !== config.region) drift.push(path);
  }
  for (const { config, collection, path } of firewalls) {
    await http.change('POST', collection, firewallBody(config));
    const found = firewall.parse(await http.send('GET', path));
    const wanted = { direction: config.direction, sourceRanges: config.source_ranges, targetTags: config.target_tags, allowed: blocks(config.allow).map(({ protocol, ports }) => ({ IPProtocol: protocol, ports })) };
    drift.push(...Object.entries(wanted).flatMap(([key, value]) => (JSON.stringify(found[key]) === JSON.stringify(value) ? [] : [`${path}: ${key}`])));
  }
  const standing: StandingInstance[] = [];
  for (const { config, collection, path } of instances) {
    await http.send('GET', collection.replace(/\/instances$/, ''));
    await http.change('POST', collection, instanceBody(config, effectiveLabels(config)));
    standing.push({ config, path, found: await read(http, config, path, drift) });
  }
  return standing;
}

async function read(http: ProviderHttp, config: Config, path: string, drift: string[]): Promise<Instance> {
  const found = readInstance(await http.send('GET', path));
  const boot = found.disks.find((disk) => disk.boot)?.source ?? '';
  const disk = readDisk(await http.send('GET', boot.replace('https://www.googleapis.com/compute/v1/', '')));
  drift.push(...instanceDrift(config, found, disk, effectiveLabels(config)));
  return found;
}

/** Changes a machine to another configuration, with the fingerprints that the state has. */
export async function updateInstance(http: ProviderHttp, { config: before, path, found }: StandingInstance, config: Config, drift: string[]): Promise<StandingInstance> {
  const changed = (name: string): boolean => JSON.stringify(before[name]) !== JSON.stringify(config[name]);
  await http.send('GET', path);
  if (changed('metadata')) {
    const { metadata } = readInstance(await http.send('GET', path));
    await http.change('POST', `${path}/setMetadata`, { items: metadataItems(config), fingerprint: metadata.fingerprint });
  }
  if (changed('tags')) await http.change('POST', `${path}/setTags`, { items: config.tags, fingerprint: found.tags.fingerprint });
  if (changed('labels')) await http.change('POST', `${path}/setLabels`, { labels: effectiveLabels(config), labelFingerprint: found.labelFingerprint });
  if (changed('machine_type')) {
    await http.change('POST', `${path}/stop`);
    await http.change('POST', `${path}/setMachineType`, { machineType: `${path.replace(/\/instances\/.*/, '')}/machineTypes/${String(config.machine_type)}` });
    await http.send('GET', path);
    await http.change('POST', `${path}/start`);
  }
  return { config, path, found: await read(http, config, path, drift) };
}

/** Deletes everything, each before what it needs; an instance's operation is asked for by its number at the end. */
export async function deleteStack(http: ProviderHttp, text: string): Promise<void> {
  const { networks, subnetworks, firewalls, instances } = resourcesOf(text);
  for (const { path } of instances) {
    const { id } = await http.change('DELETE', path);
    await http.send('GET', path.replace(/instances\/.*/, `operations/${id}`));
  }
  for (const { path } of [...firewalls, ...subnetworks, ...networks]) await http.change('DELETE', path);
}
