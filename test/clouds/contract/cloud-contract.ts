import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudApi } from '../../../src/core/cloud.ts';
import { LabError } from '../../../src/core/errors.ts';
import { tagKeys } from '../../../src/core/tags.ts';
import { schemaProblems } from '../../support/schema-check.ts';
import { type Answers, callersRange, type Fields, labOf, planOf, type WrittenLab } from './lab-of.ts';
import type { Simulation, Specimen } from './specimen.ts';

/** A cloud's SDK is slow to load where much else is going on. */
const hookMs = 30_000;

/** What labtui asks of every cloud that it makes machines on, from the profile to what is left at the end. */
export function keepsCloudContract(specimen: Specimen): void {
  const { cloud, schema, region } = specimen;
  const { capabilities, instanceTypes, instanceTypePattern } = cloud.facts;
  let simulation: Simulation;
  let api: CloudApi;
  const answers: Answers = new Map();
  beforeAll(async () => {
    simulation = await specimen.simulate();
    api = await openApi();
  }, hookMs);
  afterAll(async () => {
    api.close();
    await simulation.close();
  });
  async function openApi(): Promise<CloudApi> {
    const opened = await cloud.loadApi?.({ region, settings: {}, simulatedAt: simulation.origin });
    if (opened === undefined) throw new Error(`${cloud.id} has no API`);
    return opened;
  }

  it('is whole: facts of its own id, a stack, an API', () => {
    expect(cloud.facts.id).toBe(cloud.id);
    expect(capabilities.apply).toBe(true);
    expect(cloud.loadStack).toBeDefined();
    expect(cloud.loadApi).toBeDefined();
    expect(instanceTypes.every(({ type }) => instanceTypePattern.test(type))).toBe(true);
  });

  it("knows Terraform's own failures, and says nothing of what it does not know", () => {
    expect(cloud.classify('Error acquiring the state lock\nLock Info:\n  Who: ada@desk')?.kind).toBe('state');
    for (const text of ['', 'something that no cloud has ever said', 'Error: 42']) expect(cloud.classify(text), text).toBeNull();
  });

  it('sees no machine in a state without one', () => {
    expect(cloud.hostsOf([])).toEqual([]);
    expect(cloud.hostsOf([{ address: 'other_thing.x', type: 'other_thing', id: 'x', name: 'x', tainted: false, attributes: {} }])).toEqual([]);
  });

  it('says who is asking', async () => {
    const { account, principal } = await api.whoAmI();
    expect(account).not.toBe('');
    expect(principal).not.toBe('');
  });

  it('pins what a profile leaves open: account, region, zone, image, type, price', async () => {
    const { stack, events } = await labOf(specimen, api);
    expect(stack.account).not.toBeNull();
    expect(stack.region).toBe(region);
    expect(stack.zone).not.toBe('auto');
    expect(stack.image.id).not.toBe('');
    expect(instanceTypes.filter(({ arch, tiers }) => arch === 'amd64' && tiers.includes('lab')).map(({ type }) => type)).toContain(stack.instanceType);
    expect(stack.vcpu).toBeGreaterThanOrEqual(2);
    expect(stack.disk.sizeGb).toBeGreaterThanOrEqual(20);
    // Everything was as it was asked for first.
    expect(events.filter(({ type }) => type === 'fallback')).toEqual([]);
  });

  it('refuses an image that is not there', async () => {
    const problem = await labOf(specimen, api, { image: 'no-such-image-0' }).then(
      () => null,
      (error: unknown) => (error instanceof LabError ? error.problem : Promise.reject(error as Error)),
    );
    expect(problem?.kind).toMatch(/^(?:image|invalid-input)$/);
    expect(`${problem?.summary ?? ''} ${problem?.detail ?? ''}`).toContain('no-such-image-0');
  });

  describe.each(Object.entries(variantsOf(specimen)))('with %s', (_what, fields) => {
    let lab: WrittenLab;
    beforeAll(async () => {
      lab = await labOf(specimen, api, fields, answers);
    }, hookMs);

    it('writes a stack that Terraform takes, whole in itself', () => {
      expect(schemaProblems(lab.json, schema)).toEqual([]);
      expect(lab.json).not.toContain('"data"');
      expect(lab.json).not.toContain('"provisioner"');
      expect(lab.json).not.toContain(process.cwd());
      expect(lab.json).not.toContain('PRIVATE KEY-----\\n\\n');
    });

    it('tags everything that can be tagged', () => {
      const tagged = lab.resources.flatMap((resource) => {
        const tags = specimen.tagsOf(resource);
        return tags === null ? [] : [{ type: resource.type, values: Object.values(tags as object) }];
      });
      expect(tagged.length).toBeGreaterThan(0);
      for (const { type, values } of tagged) expect(values, type).toContain(lab.plan.tags[tagKeys.session]);
    });

    it('lets in the caller alone, to the SSH port alone', () => {
      const rules = lab.resources.flatMap((resource) => specimen.ingressOf(resource) ?? []);
      expect(rules.length).toBeGreaterThan(0);
      expect(new Set(rules.flatMap(({ from }) => from.map((range) => (range.includes('/') ? range : `${range}/32`))))).toEqual(new Set(lab.stack.allowFrom));
      expect(new Set(rules.flatMap(({ ports }) => ports))).toEqual(new Set([String(lab.stack.sshPort)]));
    });

    it('names every machine so that a state is read back to it', () => {
      const written = lab.resources.map(({ type, config }, index) => ({ address: `${type}.r${index}`, type, id: `id-${index}`, name: null, tainted: false, attributes: config }));
      expect(cloud.hostsOf(written).map(({ name }) => name)).toEqual(lab.stack.machines.map(({ name }) => name));
    });
  });

  it('makes what it writes, finds it again, and takes it away', async () => {
    const { plan, stack, json } = await labOf(specimen, api, { count: 2 });
    const state = await simulation.apply(json);
    const hosts = cloud.hostsOf(state);
    expect(hosts.map(({ name }) => name)).toEqual(stack.machines.map(({ name }) => name));
    for (const host of hosts) {
      expect(host.instanceId).not.toBeNull();
      expect(host.state).toBe('running');
      expect(host.publicIp).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    }
    expect(new Set(hosts.map(({ publicIp }) => publicIp)).size).toBe(2);

    const found = await api.listBySession(plan.id);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(await api.listBySession('another-x7k2p9')).toEqual([]);
    if (capabilities.consoleLog && api.consoleOutput !== undefined) expect((await api.consoleOutput(hosts[0]?.instanceId ?? '')).length).toBeGreaterThan(0);
    if (api.deleteLeftovers === undefined) return;
    expect(await api.deleteLeftovers(found)).toEqual([]);
    expect(await api.listBySession(plan.id)).toEqual([]);
    // What is gone already is no failure.
    expect(await api.deleteLeftovers(found)).toEqual([]);
  });

  it('has what its capabilities promise', async () => {
    const has = Object.entries(capabilities).filter(([, value]) => value === true).map(([name]) => name);
    expect(has.includes('consoleLog')).toBe(api.consoleOutput !== undefined);
    expect(has.includes('stopStart')).toBe(api.setPower !== undefined);
    if (!has.includes('snapshots')) expect(api.snapshots).toBeUndefined();
    if (has.includes('publishesHostKeys')) expect(api.publishedHostKeys !== undefined).toBe(true);
    if (!capabilities.defaultNetwork) await expect(planOf(specimen, { network: 'default' })).rejects.toThrow('has no default network');
    if (!capabilities.arm64) await expect(planOf(specimen, { arch: 'arm64' })).rejects.toThrow('arm64');
  });
}

/** Every option of a profile that a stack is written from, as far as the cloud has it. */
function variantsOf({ cloud: { facts } }: Specimen): Readonly<Record<string, Fields>> {
  const { capabilities, instanceTypes } = facts;
  const other = instanceTypes.find(({ arch, tiers }) => arch === 'amd64' && !tiers.includes('lab'))?.type;
  const spot = { enabled: true, maxPrice: 0.05 };
  const when = (has: boolean, name: string, fields: Fields): Readonly<Record<string, Fields>> => (has ? { [name]: fields } : {});
  return {
    'nothing but what is needed': {},
    'three machines': { count: 3 },
    'two ranges and another port': { ssh: { allowFrom: [callersRange, '203.0.113.0/24'], port: 2222 } },
    'a TTL': { ttl: '30m' },
    'no TTL': { ttl: null },
    'user data, and tags that look like templates': { userData: '#!/bin/sh\necho ${HOME} %{x}\n', tags: { note: '${x.y} %{if true}' } },
    'much user data': { userData: `#!/bin/sh\n${'echo ${HOME}\n'.repeat(2_000)}` },
    'a larger disk': { disk: { sizeGb: 100 } },
    ...Object.fromEntries(capabilities.diskTypes.map((type) => [`a ${type} disk`, { disk: { type, sizeGb: 100 } }])),
    ...when(other !== undefined, 'a type that the user named', { instanceType: other ?? '' }),
    ...when(capabilities.arm64, 'arm64', { arch: 'arm64' }),
    ...when(capabilities.spot, 'spot', { spot: { enabled: true } }),
    ...when(capabilities.spot, 'spot at a price', { spot }),
    ...when(capabilities.defaultNetwork, 'the default network', { network: 'default' }),
  };
}
