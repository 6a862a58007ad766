import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clouds } from '../../src/clouds/registry.ts';
import type { LabEvent } from '../../src/core/events.ts';
import { simulations } from '../../src/rehearsal/clouds.ts';
import type { Finished, Workplace } from './labtui.ts';

/** Clouds that are simulated and that labtui can create machines on. */
export const simulatedClouds: readonly string[] = simulations.map(({ id }) => id).filter((id) => clouds.factsOf(id).capabilities.apply);

/** Regions that nothing has to be asked for. */
export const regionOf: Readonly<Record<string, string>> = Object.fromEntries(simulations.map(({ id, demoRegion }) => [id, demoRegion]));

export type ResultEvent = Extract<LabEvent, { type: 'result' }>;

/** The last event of a run, which is its result, and what the run complained of: where a test fails, that is shown with it. */
export function resultOf({ events, stdout }: Finished): ResultEvent & { readonly troubles: readonly string[] } {
  const last = events.at(-1);
  if (last?.type !== 'result') throw new Error(`the last event is no result: ${stdout.slice(-500)}`);
  const troubles = events.filter((event) => event.type === 'diagnostic' || event.type === 'fallback' || (event.type === 'log' && event.level !== 'info'));
  return { ...last, troubles: troubles.map((event) => JSON.stringify(event)) };
}

/** A profile of a rehearsed lab, written into the workplace; its name. */
export function writeLab(place: Workplace, fields: Readonly<Record<string, unknown>> & { readonly name: string; readonly cloud: string }): string {
  writeFileSync(join(place.cwd, `${fields.name}.yaml`), JSON.stringify({ distro: 'debian@12', region: regionOf[fields.cloud], ...fields }));
  return fields.name;
}

export async function applyRehearsed(
  place: Workplace,
  fields: Readonly<Record<string, unknown>> & { readonly name: string; readonly cloud: string },
  more: readonly string[] = [],
): Promise<Finished & { readonly session: string }> {
  const run = await place.run(['apply', '--profile', writeLab(place, fields), '--rehearse', '--auto-approve', '--json', ...more]);
  return { ...run, events: run.events, session: run.events.at(-1)?.session ?? '' };
}

export interface SimulatedResource {
  readonly cloud: string;
  readonly kind: string;
  readonly id: string;
  readonly name: string | null;
  readonly state: string | null;
  readonly session: string | null;
}

/** What the simulated clouds still hold of a session: the world is the judge. A terminated machine stays visible for a while, as in reality. */
export async function leftInClouds(place: Workplace, session: string): Promise<readonly SimulatedResource[]> {
  const status = (await place.run(['rehearsal', 'status', '--json'])).json() as { readonly resources: readonly SimulatedResource[] };
  return status.resources.filter((resource) => (resource.session === session || [session, `labtui-${session}`].some((prefix) => (resource.name ?? '').startsWith(prefix))) && resource.state !== 'terminated');
}
