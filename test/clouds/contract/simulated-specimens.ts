import { join } from 'node:path';
import * as z from 'zod';
import { clouds } from '../../../src/clouds/registry.ts';
import type { DistroCatalogue } from '../../../src/core/distro.ts';
import { createDistroCatalogue } from '../../../src/input/distros.ts';
import { simulations } from '../../../src/rehearsal/clouds.ts';
import { buildCatalogue } from '../../../src/rehearsal/engine/build-catalogue.ts';
import type { Caller } from '../../../src/rehearsal/engine/call.ts';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { serveFaces } from '../../../src/rehearsal/face/serve.ts';
import type { SimulatedCloud } from '../../../src/rehearsal/simulated-cloud.ts';
import { applyInProcess } from '../../support/apply-in-process.ts';
import { loadSchema, type ProviderSchema } from '../../support/schema-check.ts';
import type { Ingress, Simulation, Specimen, WrittenResource } from './specimen.ts';

const text = z.string();
const texts = z.array(text);
const port = z.union([text, z.number()]).transform(String);

/** Who a resource lets in, by its type; types that are not here let nobody in. */
const ingress: Readonly<Record<string, (config: WrittenResource['config']) => Ingress | null>> = {
  aws_vpc_security_group_ingress_rule: (config) => {
    const { cidr_ipv4, from_port, to_port } = z.object({ cidr_ipv4: text, from_port: port, to_port: port }).parse(config);
    return { from: [cidr_ipv4], ports: [...new Set([from_port, to_port])] };
  },
  google_compute_firewall: (config) => {
    const allowed = z.object({ ports: z.array(port) });
    const { source_ranges, allow } = z.object({ source_ranges: texts, allow: z.union([z.array(allowed), allowed.transform((one) => [one])]) }).parse(config);
    return { from: source_ranges, ports: allow.flatMap(({ ports }) => ports) };
  },
  azurerm_network_security_rule: (config) => {
    const { direction, access, source_address_prefix, destination_port_range } = z
      .object({ direction: text, access: text, source_address_prefix: text, destination_port_range: port })
      .parse(config);
    return direction === 'Inbound' && access === 'Allow' ? { from: [source_address_prefix], ports: [destination_port_range] } : null;
  },
};

const packaged = createDistroCatalogue([join(import.meta.dirname, '../../../distros')], clouds.all.map(({ facts }) => facts));
const distro = 'ubuntu';
/** One is enough, and a small catalogue is quick to make and to search. */
const distros: DistroCatalogue = { names: [distro], find: (name) => (name === distro ? packaged.find(name) : null) };
/** By which call a cloud is asked what is in a region. */
const listingCalls: Readonly<Record<string, string>> = {
  aws: 'DescribeInstances',
  azure: 'Microsoft.Resources/subscriptions/resources/read',
  gcp: 'compute.instances.aggregatedList',
};
const caller: Caller = { actor: 'terraform', run: null, session: null, stack: null };
/** The clouds' own delays, which are minutes, pass in milliseconds. */
const speed = 20_000;

/** What the simulation knows of itself is enough: a new simulated cloud needs no line here but for how it lets somebody in. */
export const simulatedSpecimens: readonly Specimen[] = await Promise.all(simulations.map(specimenOf));

async function specimenOf(simulated: SimulatedCloud): Promise<Specimen> {
  const cloud = clouds.of(simulated.id);
  const schema = await loadSchema(simulated.provider.name);
  return {
    cloud,
    schema,
    distros,
    distro: `${distro}@24.04`,
    region: simulated.demoRegion,
    tagsOf: ({ type, config }) => tagsBySchema(schema, type, config),
    ingressOf: ({ type, config }) => ingress[type]?.(config) ?? null,
    simulate: () => simulate(simulated),
  };
}

/** A map named tags or labels can carry them. */
function tagsBySchema(schema: ProviderSchema, type: string, config: WrittenResource['config']): unknown {
  const attributes = schema.resources[type]?.attributes ?? {};
  const carrying = ['tags', 'labels'].find((name) => attributes[name]?.optional === true && Array.isArray(attributes[name].type) && attributes[name].type[0] === 'map');
  return carrying === undefined ? null : (config[carrying] ?? {});
}

const always = { kind: 'permission', zone: null, call: 1, times: null, afterMs: null, durationMs: null } as const;

async function simulate({ id, offer, model, loadFace, provider }: SimulatedCloud): Promise<Simulation> {
  const catalogue = buildCatalogue({ clouds: [{ facts: clouds.factsOf(id), offer }], distros });
  const world = createMemoryWorld({ models: [model], catalogue, speed });
  const server = await serveFaces({ world, faces: [await loadFace()], caller: { ...caller, actor: 'labtui' } });
  return {
    origin: server.origin,
    apply: (stack) => applyInProcess(stack, { provider, world, caller }),
    hideRegion: async (region) => {
      await world.arm([{ ...always, spec: `permission in ${region}`, cloud: id, operation: listingCalls[id] ?? id, region }], null);
      return () => world.disarm(null);
    },
    close: () => server.close(),
  };
}
