import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clouds } from '../../src/clouds/registry.ts';
import { factPrices } from '../../src/core/fact-prices.ts';
import { loadFaces, models, simulations } from '../../src/rehearsal/clouds.ts';
import { buildCatalogue } from '../../src/rehearsal/engine/build-catalogue.ts';
import type { Fault, FaultKind } from '../../src/rehearsal/engine/fault.ts';
import { createMemoryWorld, type MemoryWorld } from '../../src/rehearsal/engine/memory-world.ts';
import { type FaceServer, serveFaces } from '../../src/rehearsal/face/serve.ts';
import { priceRequest } from '../support/price-host.ts';

let world: MemoryWorld;
let server: FaceServer;
beforeEach(async () => {
  const catalogue = buildCatalogue({ clouds: simulations.map(({ id, offer }) => ({ facts: clouds.factsOf(id), offer })), distros: { names: [], find: () => null } });
  world = createMemoryWorld({ models, catalogue });
  server = await serveFaces({ world, faces: await loadFaces(), caller: { actor: 'client', run: null, session: null, stack: null } });
});
afterEach(() => server.close());

const fetched = (id: string, region: string) => {
  const { facts, fetchPrices } = clouds.of(id);
  if (fetchPrices === undefined) throw new Error(`${id} has no price list`);
  return fetchPrices(priceRequest(region, facts.instanceTypes, { simulatedAt: server.origin }));
};

describe("the simulated clouds' price lists", () => {
  it.each([
    ['aws', 'eu-north-1'],
    ['azure', 'westeurope'],
    ['gcp', 'europe-west4'],
  ])('%s: answer the real client with what labtui knows, whatever the region', async (id, region) => {
    const brought = new Map(factPrices(clouds.factsOf(id)).map(({ item, amount }) => [item, amount]));
    const prices = await fetched(id, region);
    expect(new Set(prices.map(({ item }) => item))).toEqual(new Set(brought.keys()));
    for (const { item, amount, region: where, date } of prices) {
      expect(amount, item).toBeCloseTo(brought.get(item) ?? NaN, 6);
      expect(where === null || where === region, item).toBe(true);
      expect(date).toBe('2026-11-21');
    }
    expect((await world.journal(100)).some(({ cloud }) => cloud === id)).toBe(true);
  });

  it.each([
    ['aws', 'us-east-1', 'GetProducts'],
    ['gcp', 'us-central1', 'cloudbilling.services.skus.list'],
  ])('%s: refuse by a fault as the other calls do', async (id, region, operation) => {
    await world.arm([fault(id, 'permission', operation)], null);
    await expect(fetched(id, region)).rejects.toMatchObject({ problem: { kind: 'permission' } });
  });

  it('azure: a connection that breaks once is made again', async () => {
    await world.arm([fault('azure', 'network', 'Retail prices')], null);
    expect(await fetched('azure', 'eastus')).not.toEqual([]);
    expect((await world.journal(100)).filter(({ fault: met }) => met !== null)).toHaveLength(1);
  });
});

function fault(cloud: string, kind: FaultKind, operation: string): Fault {
  return { kind, spec: kind, cloud, operation, region: null, zone: null, call: 1, times: 1, afterMs: null, durationMs: null };
}
