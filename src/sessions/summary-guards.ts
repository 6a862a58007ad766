import { type InstanceState, instanceStates, type Phase, phases } from '../core/events.ts';
import { isPlainObject } from './plain-object.ts';

// Guards by hand: a schema library would cost `list` more time than reading a thousand sessions.

/** What a summary is made of, as session.json has it. */
export interface RawRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly phase: Phase;
  readonly rehearsed: boolean;
  readonly protection: { readonly by: readonly string[] };
  readonly stacks: Readonly<Record<string, RawStack>>;
}

export interface RawStack {
  readonly plan: RawPlan;
  /** Machines; others than these are not shown to be anything. */
  readonly hosts?: unknown;
  /** Absent where all of them run. */
  readonly presentHourlyCost?: unknown;
}

export interface RawPlan {
  readonly cloud: string;
  readonly region: string;
  readonly instanceType: string;
  readonly hourlyPrice: number | null;
  /** Absent in what an older labtui recorded. */
  readonly cost?: RawCost;
  readonly currency: string | null;
  readonly distro: { readonly name: string; readonly version: string };
  readonly machines: readonly unknown[];
}

/** Per hour, of all machines. */
export interface RawCost {
  readonly machines: number | null;
  readonly disks: number | null;
  readonly addresses: number | null;
}

/** What the machines of a stack do that exist; none in what is no list of machines. */
export function statesIn({ hosts }: RawStack): readonly InstanceState[] {
  if (!Array.isArray(hosts)) return [];
  return hosts.flatMap((host: unknown) => (isPlainObject(host) && typeof host.instanceId === 'string' ? (instanceStates.find((state) => state === host.state) ?? []) : []));
}

/** Name of the first field that is missing or of a wrong type; null for a sound record. */
export function firstFault(value: unknown): string | null {
  if (!isPlainObject(value)) return 'the whole';
  for (const field of ['id', 'name', 'createdAt'] as const) if (typeof value[field] !== 'string') return field;
  if (!isTextOrNull(value.expiresAt)) return 'expiresAt';
  if (!isPhase(value.phase)) return 'phase';
  if (typeof value.rehearsed !== 'boolean') return 'rehearsed';
  const { protection, stacks } = value;
  if (!isPlainObject(protection) || !isTextList(protection.by)) return 'protection.by';
  if (!isPlainObject(stacks)) return 'stacks';
  for (const [stackId, stack] of Object.entries(stacks)) {
    if (!isPlainObject(stack) || !isPlan(stack.plan)) return `stacks.${stackId}.plan`;
  }
  return null;
}

export function isRawRecord(value: unknown): value is RawRecord {
  return firstFault(value) === null;
}

/** The record's version where it has one; null otherwise. */
export function versionOf(value: unknown): number | null {
  return isPlainObject(value) && typeof value.v === 'number' ? value.v : null;
}

/** Of the stack's machines; of a record with something else there, the stack's own. */
export function distrosOf({ distro, machines }: RawPlan): readonly RawPlan['distro'][] {
  const own = machines.map((machine) => ownOf(machine)?.distro).map((of) => (isDistro(of) ? of : distro));
  return own.length === 0 ? [distro] : own;
}

/** As distrosOf: the types of the machines. */
export function typesOf({ instanceType, machines }: RawPlan): readonly string[] {
  const own = machines.map((machine) => ownOf(machine)?.instanceType).map((of) => (typeof of === 'string' ? of : instanceType));
  return own.length === 0 ? [instanceType] : own;
}

function ownOf(machine: unknown): Readonly<Record<string, unknown>> | null {
  return isPlainObject(machine) && isPlainObject(machine.own) ? machine.own : null;
}

function isDistro(value: unknown): value is RawPlan['distro'] {
  return isPlainObject(value) && typeof value.name === 'string' && typeof value.version === 'string';
}

function isPlan(value: unknown): value is RawPlan {
  if (!isPlainObject(value)) return false;
  const { cloud, region, instanceType, hourlyPrice, cost, currency, distro, machines } = value;
  return (
    typeof cloud === 'string' &&
    typeof region === 'string' &&
    typeof instanceType === 'string' &&
    isAmount(hourlyPrice) &&
    (cost === undefined || isCost(cost)) &&
    isTextOrNull(currency) &&
    isDistro(distro) &&
    Array.isArray(machines)
  );
}

function isCost(value: unknown): value is RawCost {
  return isPlainObject(value) && isAmount(value.machines) && isAmount(value.disks) && isAmount(value.addresses);
}

function isAmount(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isPhase(value: unknown): value is Phase {
  return (phases as readonly unknown[]).includes(value);
}
