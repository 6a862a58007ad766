import { factsOf } from '../clouds/all-facts.ts';
import { planLab } from '../core/plan-lab.ts';
import type { LabPlan } from '../core/plan.ts';
import type { LabRequest } from '../lab/describe-lab.ts';
import { openDistros } from './catalogue.ts';
import type { CliContext } from './context.ts';

/** The plan before any look-up: every refusal that needs no network. Throws as planLab does. */
export function dryPlan(context: CliContext, { profile, userData }: LabRequest): LabPlan {
  return planLab(profile, {
    distros: openDistros(context),
    factsOf,
    identity: { suffix: 'aaaaaa' },
    now: new Date(),
    owner: 'nobody',
    userData,
  });
}
