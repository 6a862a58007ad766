import { availableParallelism, freemem } from 'node:os';
import type { InstanceType } from '../../core/clouds.ts';
import { LabError } from '../../core/errors.ts';
import type { FallbackEvent } from '../../core/events.ts';

const gib = 1024 ** 3;
/** What is left to this computer itself. */
const reservedBytes = gib / 2;

export interface HostRoom {
  readonly cpus: number;
  /** Bytes of memory that are free, or can be made so. */
  readonly freeBytes: number;
}

export const thisHost = (): HostRoom => ({ cpus: availableParallelism(), freeBytes: freemem() });

export interface FittedSize {
  readonly type: Pick<InstanceType, 'type' | 'vcpu' | 'memoryGb'>;
  /** null: as it was asked for. */
  readonly fallback: FallbackEvent | null;
}

/**
 * A size as this computer can give it to `count` machines at once: a tier's with fewer processors and less memory where it has no more,
 * one that the user named as it is, or not at all. Throws LabError of kind quota where the memory is not there. Pure.
 */
export function fitToHost({ type, vcpu, memoryGb }: InstanceType, count: number, named: boolean, { cpus, freeBytes }: HostRoom = thisHost()): FittedSize {
  const [wantedCpus, wantedGb] = [vcpu ?? 2, memoryGb ?? 4];
  const roomGb = Math.floor((freeBytes - reservedBytes) / gib / count);
  const fits = wantedGb <= roomGb;
  if (fits && (named || wantedCpus <= cpus)) return { type: { type, vcpu: wantedCpus, memoryGb: wantedGb }, fallback: null };
  if (roomGb < 1 || (named && !fits)) {
    const free = `${(freeBytes / gib).toFixed(1)} GiB of memory are free on this computer`;
    throw new LabError({ kind: 'quota', summary: `${count === 1 ? '' : `${count} machines of `}${type} (${wantedGb} GiB) do not fit: ${free}`, hint: 'a smaller --size or --count, or end other machines: labtui list' });
  }
  const [fittedCpus, fittedGb] = [Math.min(wantedCpus, cpus), Math.min(wantedGb, roomGb)];
  const fitted = `vm-${fittedCpus}x${fittedGb}`;
  const lacking = [
    ...(fittedCpus < wantedCpus ? [`${cpus} processor${cpus === 1 ? '' : 's'}`] : []),
    ...(fittedGb < wantedGb ? [`${(freeBytes / gib).toFixed(1)} GiB of free memory`] : []),
  ];
  return { type: { type: fitted, vcpu: fittedCpus, memoryGb: fittedGb }, fallback: { type: 'fallback', from: type, to: fitted, reason: `this computer has ${lacking.join(' and ')}` } };
}
