import { existsSync } from 'node:fs';
import { invalidInput } from '../../core/errors.ts';
import type { LabPorts } from '../../lab/ports.ts';
import { worldDirectory } from '../../rehearsal/place.ts';
import type { InstalledSessionStore } from '../../sessions/store.ts';
import type { LabContext } from '../context.ts';
import { openPorts, type PortChoices } from '../ports.ts';
import { sessionsRoot } from '../sessions.ts';
import { wrongUsage } from '../wrong-usage.ts';

/** `--rehearse` and `--fault SPEC`, on every command that touches a cloud. */
export interface RehearsalOptions {
  readonly rehearse?: boolean;
  readonly fault?: readonly string[];
}

export interface PortsWanted extends Omit<PortChoices, 'rehearsal' | 'clouds'> {
  readonly rehearsed: boolean;
  readonly options: RehearsalOptions;
}

/** Runs work with the ports of real clouds, or of simulated ones with the faults that were asked for. */
export async function withPorts<T>(context: LabContext, { rehearsed, options, ...choices }: PortsWanted, work: (ports: LabPorts) => Promise<T>): Promise<T> {
  const clouds = await context.loadClouds();
  if (!rehearsed) {
    if ((options.fault ?? []).length > 0) throw wrongUsage('--fault makes something go wrong in a rehearsal only', 'add --rehearse');
    return work(openPorts(context, { ...choices, clouds }));
  }
  const [{ openRehearsal }, { parseFaultList }] = await Promise.all([import('./open-rehearsal.ts'), import('../../rehearsal/engine/fault-spec.ts')]);
  const faults = parseFaultList(options.fault ?? [], clouds.ids);
  const rehearsal = await openRehearsal(context, worldRoot(context, choices.sessionsRoot));
  await rehearsal.arm(faults);
  try {
    return await work(openPorts(context, { ...choices, clouds, rehearsal }));
  } finally {
    await rehearsal.end();
  }
}

/** A plan looks at the world that is there, and makes one in its temporary directory where there is none. */
function worldRoot(context: LabContext, temporary: string | undefined): string {
  const usual = sessionsRoot(context);
  return temporary === undefined || existsSync(worldDirectory(usual)) ? usual : temporary;
}

/** Whether a session lives on simulated clouds. For one that cannot be read its Terraform configuration says it. */
export async function isRehearsed(store: InstalledSessionStore, id: string): Promise<boolean> {
  try {
    return (await store.load(id)).rehearsed;
  } catch {
    return existsSync(store.paths(id).rehearsalConfig);
  }
}

/** A real session is never rehearsed: `--rehearse` on it is a mistake that must not end as a real run. */
export function requireRehearsed(id: string, rehearsed: boolean, { rehearse }: RehearsalOptions): void {
  if (rehearse === true && !rehearsed) {
    throw invalidInput(`${id} is a real session, so nothing about it can be rehearsed`, `leave out --rehearse, or see what a new lab would do: labtui plan --rehearse`);
  }
}
