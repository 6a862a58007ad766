import type { Arch, CloudId } from '../../core/clouds.ts';
import { LabError, type Problem } from '../../core/errors.ts';
import { type Cell, labelled } from '../../core/matrix.ts';
import type { StackPlan } from '../../core/plan.ts';
import { planLab } from '../../core/plan-lab.ts';
import { asList, type Profile } from '../../core/profile.ts';
import { suffixLength } from '../../core/session-id.ts';
import type { LabRequest } from '../describe-lab.ts';
import type { LabPorts } from '../ports.ts';

/** A cell, and the lab that it is. */
export interface PlannedCell {
  readonly cell: Cell;
  readonly lab: LabRequest;
  /** Of its machine, before anything is looked up; null: not known. */
  readonly hourlyPrice: number | null;
}

export interface ImpossibleCell {
  readonly cell: Cell;
  readonly problem: Problem;
}

export interface Matrix {
  /** Cheapest first, those of unknown price last. */
  readonly cells: readonly PlannedCell[];
  readonly impossible: readonly ImpossibleCell[];
}

type Tried = Omit<Cell, 'label'> & ({ readonly problem: Problem } | { readonly lab: LabRequest; readonly hourlyPrice: number | null });

/**
 * The labs of every combination of a profile's distros, clouds and architectures. Asks nobody: what cannot be by catalogue and
 * capabilities is told apart here.
 */
export function planCells(request: LabRequest, ports: LabPorts): Matrix {
  const { profile } = request;
  const tried = asList(profile.distro).flatMap((distro) => asList(profile.cloud).flatMap((cloud) => asList(profile.arch).map((arch) => tryCell(distro, cloud, arch, request, ports))));
  // `fedora` and `fedora@44` may be the same.
  const distinct = [...new Map(tried.map((one) => [`${one.distro} ${one.cloud} ${one.arch}`, one])).values()];
  const cells = labelled(distinct);
  return {
    cells: cells
      .flatMap((one) => ('lab' in one ? [{ cell: cellOf(one), lab: one.lab, hourlyPrice: one.hourlyPrice }] : []))
      .sort((a, b) => (a.hourlyPrice ?? Infinity) - (b.hourlyPrice ?? Infinity) || 0),
    impossible: cells.flatMap((one) => ('problem' in one ? [{ cell: cellOf(one), problem: one.problem }] : [])),
  };
}

function cellOf({ label, distro, cloud, arch }: Cell): Cell {
  return { label, distro, cloud, arch };
}

function tryCell(distro: string, cloud: string, arch: Arch, request: LabRequest, ports: LabPorts): Tried {
  const profile = ofOneCloud({ ...request.profile, distro, cloud, arch }, cloud.split(':')[0] ?? cloud);
  try {
    const { stacks } = planLab(profile, {
      distros: ports.distros,
      factsOf: (id) => ports.cloud(id).facts,
      identity: { suffix: '2'.repeat(suffixLength) },
      now: ports.now(),
      owner: ports.owner,
      userData: request.userData,
    });
    const [stack] = stacks;
    if (stack === undefined) throw new Error('a lab without a stack');
    return { distro: `${stack.distro.name}@${stack.distro.version}`, cloud, arch, lab: { ...request, profile }, hourlyPrice: priceOf(stack, ports) };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { distro, cloud, arch, problem: error.problem };
  }
}

/** Fields that may be given per cloud, without what is of others: they are the matrix's, not this lab's. */
function ofOneCloud(profile: Profile, cloud: CloudId): Profile {
  const own = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([id]) => id === cloud);
    return Object.fromEntries(entries) as T;
  };
  return { ...profile, image: own(profile.image), instanceType: own(profile.instanceType), region: own(profile.region), zone: own(profile.zone) };
}

function priceOf({ cloud, region, instanceTypes: [type] }: StackPlan, { prices }: LabPorts): number | null {
  if (type === undefined) return null;
  return prices.find(cloud, type.type, region)?.amount ?? type.hourlyPrice;
}
