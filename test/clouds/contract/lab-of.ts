import * as z from 'zod';
import type { CloudApi, Lookup } from '../../../src/core/cloud.ts';
import type { LabEventBody } from '../../../src/core/events.ts';
import { openClouds } from '../../../src/core/open-clouds.ts';
import { planLab } from '../../../src/core/plan-lab.ts';
import type { LabPlan, PinnedStack } from '../../../src/core/plan.ts';
import { profileSchemaOf } from '../../../src/core/profile.ts';
import { pinned } from '../../../src/lab/pin-stack.ts';
import { stackJson } from '../../../src/lab/stack-json.ts';
import { makeHostKey } from '../../../src/ssh/host-key.ts';
import { userData } from '../../../src/ssh/user-data.ts';
import type { Specimen, WrittenResource } from './specimen.ts';

export const callersRange = '198.51.100.7/32';
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJTdPRnvCLPAbzSUv5GSB4sD6nvX5Tjy0oMKXPZ/8SHb labtui';

export type Fields = Readonly<Record<string, unknown>>;

/** The lab that a profile of these fields is planned as. Rejects as planLab throws. */
export async function planOf({ cloud, distros, distro, region }: Specimen, fields: Fields = {}): Promise<LabPlan> {
  const clouds = openClouds([cloud]);
  const profile = profileSchemaOf(await clouds.forProfiles()).parse({ name: 'contract', distro, cloud: cloud.id, region, ssh: { allowFrom: callersRange }, ...fields });
  const text = typeof profile.userData === 'string' ? profile.userData : null;
  return planLab(profile, { distros, factsOf: clouds.factsOf, identity: { suffix: 'abcdef' }, now: new Date(), owner: 'me@here', userData: text });
}

export interface WrittenLab {
  readonly plan: LabPlan;
  readonly stack: PinnedStack;
  readonly json: string;
  readonly resources: readonly WrittenResource[];
  readonly events: readonly LabEventBody[];
}

/** What one API has answered, by what it was asked for: many variants of a lab are looked up alike. */
export type Answers = Map<string, Lookup>;

/** A lab looked up at the cloud's API and written as Terraform, as an apply does it. */
export async function labOf(specimen: Specimen, api: CloudApi, fields: Fields = {}, answers: Answers = new Map()): Promise<WrittenLab> {
  const plan = await planOf(specimen, fields);
  const [planned] = plan.stacks;
  if (planned === undefined) throw new Error('the plan has no stack');
  const events: LabEventBody[] = [];
  const { arch, instanceTypes, imagePin, spot, network, disk } = planned;
  const asked = JSON.stringify([arch, instanceTypes, imagePin, spot.enabled, network, disk.type]);
  const lookup = answers.get(asked) ?? (await api.lookup(planned, plan.id, (event) => events.push(event)));
  answers.set(asked, lookup);
  const stack = { ...pinned(plan, planned, lookup), allowFrom: plan.ssh.allowFrom === 'auto' ? [callersRange] : plan.ssh.allowFrom };
  const input = { ...plan, sessionId: plan.id, key: { kind: 'generated', publicKey } as const, hostKeys: new Map(stack.machines.map(({ name }) => [name, makeHostKey()])) };
  const json = await stackJson(stack, input, { cloud: () => specimen.cloud, ssh: { hostKey: makeHostKey, userData } });
  return { plan, stack, json, resources: resourcesIn(json), events };
}

function resourcesIn(json: string): readonly WrittenResource[] {
  const record = z.record(z.string(), z.unknown());
  const { resource } = z.object({ resource: z.record(z.string(), z.record(z.string(), record)) }).parse(JSON.parse(json));
  return Object.entries(resource).flatMap(([type, named]) => Object.values(named).map((config) => ({ type, config })));
}
