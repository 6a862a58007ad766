import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CloudApi, MarkedListing } from '../../../src/core/cloud.ts';
import type { LeftResource } from '../../../src/core/events.ts';
import { tagKeys } from '../../../src/core/tags.ts';
import { labOf, type WrittenLab } from './lab-of.ts';
import type { Simulation, Specimen } from './specimen.ts';

/** Making three labs and listing every region of a large cloud. */
const patienceMs = 60_000;

/** What a computer that knows nothing of them finds of other people's labs, and what it leaves alone. */
export function findsWhatIsMarked(specimen: Specimen): void {
  const { cloud, region } = specimen;
  const elsewhere = cloud.facts.defaultRegion ?? '';
  let simulation: Simulation;
  let [here, there]: CloudApi[] = [];
  let first: WrittenLab;
  let second: WrittenLab;
  let stranger: WrittenLab;

  async function open(where: string): Promise<CloudApi> {
    const api = await cloud.loadApi?.({ region: where, settings: {}, simulatedAt: simulation.origin });
    if (api === undefined) throw new Error(`${cloud.id} has no API`);
    return api;
  }
  beforeAll(async () => {
    simulation = await specimen.simulate();
    [here, there] = [await open(region), await open(elsewhere)];
    first = await labOf(specimen, here, { name: 'first', ttl: '30m' });
    second = await labOf(specimen, there, { name: 'second', region: elsewhere, ttl: null });
    stranger = await labOf(specimen, here, { name: 'stranger' });
    await simulation.apply(first.json);
    await simulation.apply(second.json);
    await simulation.apply(unmarked(stranger.json));
  }, patienceMs);
  afterAll(async () => {
    here?.close();
    there?.close();
    await simulation.close();
  });

  const listed = async (regions: readonly string[] | 'everywhere'): Promise<MarkedListing> => (await here?.listMarked?.(regions)) ?? { found: [], regions: [], unanswered: [] };
  const of = ({ plan: { id } }: WrittenLab, { found }: MarkedListing) => found.filter(({ sessionId }) => sessionId === id);

  it('finds every lab in every region, with session, owner, birth and deadline, and nothing that is unmarked', async () => {
    expect(elsewhere).not.toBe(region);
    const everywhere = await listed('everywhere');
    expect(everywhere.unanswered).toEqual([]);
    expect(everywhere.regions.length).toBeGreaterThan(0);
    expect(new Set(everywhere.found.map(({ sessionId }) => sessionId))).toEqual(new Set([first.plan.id, second.plan.id]));
    for (const [lab, api] of [[first, here], [second, there]] as const) {
      const { [tagKeys.created]: createdAt, [tagKeys.expires]: expiresAt } = lab.plan.tags;
      expect(new Set(of(lab, everywhere).map(({ owner, createdAt, expiresAt }) => JSON.stringify({ owner, createdAt, expiresAt })))).toEqual(new Set([JSON.stringify({ owner: 'me@here', createdAt, expiresAt })]));
      // As its own computer would find it.
      expect(keysOf(of(lab, everywhere))).toEqual(keysOf((await api?.listBySession(lab.plan.id)) ?? []));
    }
    expect(of(second, everywhere)[0]?.expiresAt).toBe('never');
  }, patienceMs);

  it('looks only where it is told to', async () => {
    const one = await listed([region]);
    expect(one.regions).toEqual([region]);
    expect(keysOf(one.found)).toEqual(keysOf((await here?.listBySession(first.plan.id)) ?? []));
    const both = await listed([region, elsewhere]);
    expect([...both.regions].sort()).toEqual([region, elsewhere].sort());
    expect(of(second, both).length).toBeGreaterThan(0);
  }, patienceMs);

  it('names a region that will not say, and tells all of the others', async () => {
    const before = await listed([region, elsewhere]);
    const show = await simulation.hideRegion?.(elsewhere);
    const partial = await listed([region, elsewhere]);
    expect(partial.unanswered.map((one) => one.region)).toEqual([elsewhere]);
    expect(partial.unanswered[0]?.problem.summary).not.toBe('');
    expect(partial.regions).toEqual([region]);
    expect(of(first, partial)).toEqual(of(first, before));
    await show?.();
    expect((await listed([region, elsewhere])).unanswered).toEqual([]);
  }, patienceMs);

  it('takes all of it away, of several sessions at once, and nothing else', async () => {
    let left: readonly LeftResource[] = (await listed([region, elsewhere])).found;
    expect(left.length).toBeGreaterThan(0);
    // An API may be bound to its region, and leaves what is elsewhere to another.
    for (const api of [here, there]) left = ((await api?.deleteLeftovers?.(left)) ?? []).map(({ resource }) => resource);
    expect(left).toEqual([]);
    expect((await listed([region, elsewhere])).found).toEqual([]);
    expect(((await here?.listBySession(stranger.plan.id)) ?? []).length).toBeGreaterThan(0);
  }, patienceMs);
}

const keysOf = (resources: readonly LeftResource[]): ReadonlySet<string> => new Set(resources.map(({ type, id }) => `${type} ${id}`));

/** The same lab as somebody else's: everything but the marker. */
function unmarked(json: string): string {
  return json.replaceAll('"labtui": "true"', '"somebody": "true"').replaceAll('labtui=true ', 'somebody=true ');
}
