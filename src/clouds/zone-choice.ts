import { createHash } from 'node:crypto';
import type { LookupAgain } from '../core/cloud.ts';

export interface ZoneChoice {
  /** The zone among several that fit is chosen by this text, so that many sessions do not crowd one zone. */
  readonly spreadBy: string;
  readonly again?: LookupAgain | undefined;
  /** A zone in the form in which refusals write it. @default as it is */
  readonly written?: (zone: string) => string;
}

/** The zones without those where the type was sold out a moment ago. */
export function withoutSoldOut(zones: readonly string[], instanceType: string, again: LookupAgain | undefined): readonly string[] {
  const soldOut = (again?.soldOut ?? []).filter((one) => one.instanceType === instanceType).map(({ zone }) => zone);
  return zones.filter((zone) => !soldOut.includes(zone));
}

/** One of the zones: the first that is preferred, else always the same one for the same text, whatever their order. */
export function chooseZone(zones: readonly string[], { spreadBy, again, written = (zone) => zone }: ZoneChoice): string {
  for (const wanted of again?.preferredZones ?? []) {
    const preferred = zones.find((zone) => zone === wanted || written(zone) === wanted);
    if (preferred !== undefined) return preferred;
  }
  const number = createHash('sha256').update(spreadBy).digest().readUInt32BE(0);
  return zones.toSorted()[number % zones.length] ?? '';
}
