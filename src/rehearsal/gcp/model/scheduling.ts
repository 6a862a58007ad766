import type { JsonObject } from '../../engine/json.ts';
import type { Machine } from '../../engine/machine.ts';
import { flag, object, present, text, whole } from './fields.ts';
import { badRequest, invalid } from './refuse.ts';

const shortest = 30;
const longest = 120 * 24 * 3600;

/**
 * An instance's scheduling with Compute Engine's defaults filled in, checked: a spot machine is not restarted nor moved,
 * a deadline lies between 30 seconds and 120 days ahead, and an action needs one of them.
 */
export function readScheduling(given: JsonObject | null, nowMs: number, field = 'resource.scheduling'): JsonObject {
  const asked = given ?? {};
  const spot = text(asked, 'provisioningModel') === 'SPOT' || flag(asked, 'preemptible') === true;
  const automaticRestart = flag(asked, 'automaticRestart') ?? !spot;
  const onHostMaintenance = text(asked, 'onHostMaintenance') ?? (spot ? 'TERMINATE' : 'MIGRATE');
  const provisioningModel = text(asked, 'provisioningModel') ?? 'STANDARD';
  if (provisioningModel === 'SPOT' && flag(asked, 'preemptible') === false) {
    throw invalid(`${field}.preemptible`, 'false', 'Scheduling must have preemptible be true when the provisioning model is SPOT.');
  }
  if (spot && automaticRestart) throw badRequest('Scheduling must have preemptible be false when AutomaticRestart is true.');
  if (spot && onHostMaintenance !== 'TERMINATE') throw badRequest("Scheduling must have preemptible be false when OnHostMaintenance isn't TERMINATE.");
  const runSeconds = whole(object(asked, 'maxRunDuration') ?? {}, 'seconds');
  const terminationTime = text(asked, 'terminationTime');
  const limited = runSeconds !== null || terminationTime !== null;
  const action = text(asked, 'instanceTerminationAction');
  if (action !== null && provisioningModel !== 'SPOT' && !limited) {
    throw badRequest(
      'You cannot specify a termination action for a VM instance that has the standard provisioning model (default). To use instance termination action, the VM instance must use the Spot provisioning model.',
    );
  }
  if (action !== null && action !== 'STOP' && action !== 'DELETE') throw invalid(`${field}.instanceTerminationAction`, action, 'Must be one of STOP, DELETE.');
  if (runSeconds !== null && terminationTime !== null) throw badRequest('Only one of maxRunDuration and terminationTime can be specified.');
  if (limited && action === null && provisioningModel !== 'SPOT') throw badRequest('instanceTerminationAction must be specified when maxRunDuration or terminationTime is specified.');
  if (runSeconds !== null && (runSeconds < shortest || runSeconds > longest)) {
    throw invalid(`${field}.maxRunDuration`, String(runSeconds), `Must be between ${shortest} and ${longest} seconds.`);
  }
  if (terminationTime !== null) checkTime(terminationTime, nowMs, `${field}.terminationTime`);
  return present({
    onHostMaintenance,
    automaticRestart,
    preemptible: spot,
    provisioningModel,
    instanceTerminationAction: action,
    maxRunDuration: runSeconds === null ? null : { seconds: String(runSeconds) },
    terminationTime,
    availabilityDomain: whole(asked, 'availabilityDomain'),
    minNodeCpus: whole(asked, 'minNodeCpus'),
  });
}

function checkTime(time: string, nowMs: number, field: string): void {
  const atMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(atMs)) throw invalid(field, time, 'Must be a valid RFC3339 timestamp.');
  if (atMs < nowMs + shortest * 1000) throw invalid(field, time, 'The termination time must be at least 30 seconds in the future.');
  if (atMs > nowMs + longest * 1000) throw invalid(field, time, 'The termination time must be at most 120 days in the future.');
}

/** When Compute Engine ends the machine by itself, and how; null: never. */
export function deadlineOf(scheduling: JsonObject, startedAtMs: number): Machine['deadline'] {
  const seconds = whole(object(scheduling, 'maxRunDuration') ?? {}, 'seconds');
  const time = text(scheduling, 'terminationTime');
  const action = text(scheduling, 'instanceTerminationAction') === 'DELETE' ? 'terminate' : 'stop';
  if (time !== null) return { atMs: Date.parse(time), action };
  return seconds === null ? null : { atMs: startedAtMs + seconds * 1000, action };
}

export const isSpot = (scheduling: JsonObject): boolean => flag(scheduling, 'preemptible') === true;
