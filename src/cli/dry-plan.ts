import { planLab } from '../core/plan-lab.ts';
import type { LabPlan } from '../core/plan.ts';
import type { LabRequest } from '../lab/describe-lab.ts';
import { openDistros } from '../library/catalogue.ts';
import type { CliContext } from './context.ts';

/** The plan before any look-up: every refusal that needs no network. Rejects as planLab throws. */
export async function dryPlan(context: CliContext, { profile, userData }: LabRequest): Promise<LabPlan> {
  const clouds = await context.loadClouds();
  return planLab(profile, {
    distros: openDistros(context, clouds),
    factsOf: clouds.factsOf,
    identity: { suffix: 'aaaaaa' },
    now: new Date(),
    owner: 'nobody',
    userData,
  });
}
