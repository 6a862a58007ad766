import type { Answer } from '../../../port.ts';
import { isObject, type JsonObject, numberAt, objectAt, objectsOf, textAt, textsOf } from './json.ts';
import { type Trouble, troubleOf } from './loaded.ts';

/** What one stack is to be. */
export interface StackSummary {
  readonly stack: string;
  readonly distro: string;
  readonly type: string;
  readonly region: string;
  readonly image: string;
  readonly count: number;
  readonly diskGb: number | null;
  readonly spot: boolean;
  /** Of all its machines. */
  readonly hourlyCost: number | null;
  readonly costUntilTtl: number | null;
  readonly currency: string | null;
  readonly priceDate: string | null;
  readonly allowFrom: readonly string[];
  /** Addresses of what is created. */
  readonly creates: readonly string[];
}

/** What `plan --json` told. */
export interface PlanOutcome {
  readonly ok: boolean;
  readonly stacks: readonly StackSummary[];
  readonly errors: readonly (Trouble & { readonly stack: string | null })[];
  readonly warnings: readonly Trouble[];
  /** What was not the first choice, in words. */
  readonly fallbacks: readonly string[];
  readonly protectedBy: readonly string[];
  /** ISO time of the end; null: none. */
  readonly until: string | null;
  readonly unprotected: readonly string[];
}

/** A plan's events as what a person has to know before agreeing. */
export function planFrom(answer: Answer): PlanOutcome {
  const events = objectsOf(answer.documents);
  const of = (type: string): readonly JsonObject[] => events.filter((event) => event.type === type);
  const diagnostics = of('diagnostic');
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map((event) => ({ ...trouble(event), stack: textAt(event, 'stack') }));
  const protection = of('protection').at(-1) ?? {};
  const ok = answer.exitCode === 0;
  return {
    ok,
    stacks: of('plan').map(stackFrom).toSorted((a, b) => a.stack.localeCompare(b.stack)),
    errors: !ok && errors.length === 0 ? [{ ...troubleOf(answer), stack: null }] : errors,
    warnings: diagnostics.filter(({ severity }) => severity === 'warning').map(trouble),
    fallbacks: of('fallback').map((event) => `${prefix(event)}${textAt(event, 'to') ?? ''}: ${textAt(event, 'reason') ?? ''}`),
    protectedBy: textsOf(protection.by),
    until: textAt(protection, 'until'),
    unprotected: objectsOf(protection.missing).map((layer) => `${textAt(layer, 'layer') ?? ''}: ${textAt(layer, 'reason') ?? ''}`),
  };
}

function stackFrom(event: JsonObject): StackSummary {
  const target = objectAt(event, 'target');
  const text = (key: string): string => textAt(target, key) ?? '';
  return {
    stack: textAt(event, 'stack') ?? '',
    distro: text('distro'),
    type: text('instanceType'),
    region: text('region'),
    image: textAt(target, 'imageName') ?? text('imageId'),
    count: numberAt(target, 'count') ?? 1,
    diskGb: numberAt(target, 'diskGb'),
    spot: target.spot === true,
    hourlyCost: numberAt(event, 'hourlyCost'),
    costUntilTtl: numberAt(event, 'costUntilTtl'),
    currency: textAt(event, 'currency'),
    priceDate: textAt(event, 'priceDate'),
    allowFrom: textsOf(target.allowFrom),
    creates: objectsOf(event.resources).filter(({ action }) => action === 'create').map((resource) => textAt(resource, 'address') ?? ''),
  };
}

function trouble(event: JsonObject): Trouble {
  return { summary: textAt(event, 'summary') ?? '', hint: textAt(event, 'hint') };
}

function prefix(event: JsonObject): string {
  const stack = textAt(event, 'stack');
  return isObject(event) && stack !== null ? `${stack} ` : '';
}
