import * as z from 'zod';
import type { LookupAgain } from '../../core/cloud.ts';
import type { Arch, InstanceType } from '../../core/clouds.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { PinnedImage, StackPlan } from '../../core/plan.ts';
import { didYouMean } from '../../core/suggest.ts';
import { chooseZone, withoutSoldOut } from '../zone-choice.ts';
import { bootDiskType, needsGvnic } from './boot-disk.ts';
import { type ComputeClient, isMissing } from './compute-client.ts';
import { gcpFacts } from './facts.ts';

const machineType = z.object({
  name: z.string(),
  guestCpus: z.number(),
  memoryMb: z.number(),
  isSharedCpu: z.boolean().optional(),
  architecture: z.string().optional(),
});

/** A machine type as it is offered in a zone. */
export type OfferedType = z.output<typeof machineType>;

/** By type, then by zone. */
export type Offers = ReadonlyMap<string, ReadonlyMap<string, OfferedType>>;

/** Where the plan's types are offered. A custom type is in no list, so what the user named is asked for one by one. */
export async function offersOf(client: ComputeClient, plan: StackPlan, zones: readonly string[]): Promise<Offers> {
  const names = plan.instanceTypes.map(({ type }) => type);
  const found = await Promise.all(
    zones.map(async (zone) => ({ zone, types: plan.typeNamedByUser ? await named(client, zone, names) : await listed(client, zone, names) })),
  );
  return new Map(names.map((name) => [name, new Map(found.flatMap(({ zone, types }) => types.filter((type) => type.name === name).map((type) => [zone, type] as const)))]));
}

async function listed(client: ComputeClient, zone: string, names: readonly string[]): Promise<readonly OfferedType[]> {
  const filter = names.map((name) => `(name = "${name}")`).join(' OR ');
  return client.list(`projects/${client.project}/zones/${zone}/machineTypes`, machineType, filter);
}

async function named(client: ComputeClient, zone: string, names: readonly string[]): Promise<readonly OfferedType[]> {
  const found = await Promise.all(
    names.map((name) =>
      client.get(`projects/${client.project}/zones/${zone}/machineTypes/${name}`, machineType).catch((error: unknown) => {
        if (isMissing(error) || isMalformed(error)) return null;
        throw error;
      }),
    ),
  );
  return found.filter((type) => type !== null);
}

/** A custom type that cannot be is refused as an invalid value, not as missing. */
function isMalformed(error: unknown): boolean {
  return error instanceof LabError && error.problem.kind === 'invalid-input' && error.problem.code === 'invalid';
}

export interface Placement {
  readonly type: InstanceType;
  readonly offered: OfferedType;
  readonly zone: string;
}

export interface PlacementInput {
  readonly plan: StackPlan;
  readonly region: string;
  readonly offers: Offers;
  /** Zones to choose from. */
  readonly zones: readonly string[];
  readonly image: PinnedImage;
  readonly spreadBy: string;
  readonly again?: LookupAgain | undefined;
  readonly emit: Emit;
}

/**
 * The first of the plan's types that is offered and that the image and the disk suit, and a zone for it: always the same for the
 * same `spreadBy`, and spread over all of them for many. Emits a `fallback` where it is not the first type.
 */
export function placeMachines(input: PlacementInput): Placement {
  const { plan, region, zones, offers, spreadBy, again, emit } = input;
  const where = zones.length === 1 ? (zones[0] ?? region) : region;
  const zonesFor = (type: string): readonly string[] => withoutSoldOut([...(offers.get(type)?.keys() ?? [])].filter((zone) => zones.includes(zone)), type, again);
  const skipped: string[] = [];
  const misfits: string[] = [];
  for (const type of plan.instanceTypes) {
    const open = zonesFor(type.type);
    const why = open.length === 0 ? null : misfit(input, type.type);
    if (why !== null) misfits.push(why);
    if (open.length === 0 || why !== null) {
      skipped.push(why ?? `${type.type} is not offered in ${where}`);
      continue;
    }
    const zone = chooseZone(open, { spreadBy, again });
    const offered = offers.get(type.type)?.get(zone);
    if (offered === undefined) continue;
    checkArch(offered, plan.arch);
    const [first] = plan.instanceTypes;
    if (first !== undefined && first !== type) emit({ type: 'fallback', from: first.type, to: type.type, reason: skipped[0] ?? '' });
    return { type, offered, zone };
  }
  if (misfits.length > 0) {
    const hint = 'another type (--instance-type), disk.type or --image: labtui sizes --cloud gcp';
    // The types that are not offered here might do.
    throw new LabError({ kind: 'invalid-input', summary: misfits.join('; '), hint, ...(misfits.length < skipped.length ? { holdsFor: 'region' } : {}) });
  }
  throw notOffered(plan, offers, where);
}

/** Why that type cannot boot this image from such a disk; null: it can. */
function misfit({ plan, image }: PlacementInput, type: string): string | null {
  if (bootDiskType(plan.disk, type) === null) return `${type} takes no such disk`;
  if (needsGvnic(type) && image.features !== undefined && !image.features.includes('GVNIC')) {
    return `${type} has a gVNIC only, for which ${image.name ?? image.id} has no driver`;
  }
  return null;
}

function checkArch(offered: OfferedType, arch: Arch): void {
  const has: Arch = (offered.architecture === undefined ? /^[a-z]+\da-/.test(offered.name) : offered.architecture === 'ARM64') ? 'arm64' : 'amd64';
  if (has === arch) return;
  throw invalidInput(`${offered.name} has the architecture ${has}, not ${arch}`, `--arch ${has}, or another --instance-type`);
}

function notOffered(plan: StackPlan, offers: Offers, where: string): LabError {
  const names = plan.instanceTypes.map(({ type }) => type);
  const elsewhere = names.flatMap((type) => [...(offers.get(type)?.keys() ?? [])].map((zone) => `${type} in ${zone}`));
  const detail = elsewhere.length === 0 ? 'labtui sizes --cloud gcp   lists other types' : `offered: ${elsewhere.join(', ')}`;
  const hint = elsewhere.length === 0 ? 'another region (--region) or type (--instance-type)' : 'leave out --zone, or name one of these';
  const holdsFor = plan.zone === 'auto' ? 'region' : 'zone';
  if (plan.typeNamedByUser) {
    const meant = elsewhere.length === 0 ? didYouMean(names[0] ?? '', gcpFacts.instanceTypes.map(({ type }) => type)) : '';
    return new LabError({ kind: 'invalid-input', summary: `Google Cloud does not offer ${names.join(', ')} in ${where}${meant}`, hint, detail, holdsFor });
  }
  return new LabError({ kind: 'capacity', summary: `Google Cloud offers none of ${names.join(', ')} in ${where}`, hint, detail, retryable: false, holdsFor });
}
