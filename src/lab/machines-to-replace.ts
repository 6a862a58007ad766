import { invalidInput, LabError } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { SessionRecord, StackRecord } from '../core/session.ts';
import { didYouMean } from '../core/suggest.ts';

/** Machines of one stack that are to become something else. */
export interface ReplacedMachines {
  readonly stack: StackRecord;
  readonly names: readonly string[];
  /** The stack as it was when all of it worked. */
  readonly from: PinnedStack;
}

/**
 * The machines that a replace means: of one stack, one of them, or all that stand. Throws kind not-found or invalid-input where there
 * is none like that, conflict where an earlier replacement of others has to be over first.
 */
export function machinesToReplace(record: SessionRecord, { stack: wantedStack, host }: { readonly stack: string | null; readonly host: string | null }): readonly ReplacedMachines[] {
  const { id } = record;
  const standing = Object.values(record.stacks).filter(({ applyStartedAt, goneAt }) => applyStartedAt !== null && goneAt === null);
  if (standing.length === 0) throw invalidInput(`${id} has no machines yet`, `labtui apply --session ${id}`);
  if (wantedStack !== null && record.stacks[wantedStack] === undefined) throw noSuch(`${id} has no stack ${wantedStack}`, wantedStack, Object.keys(record.stacks));
  const ofStack = standing.filter(({ plan }) => wantedStack === null || plan.id === wantedStack);
  if (ofStack.length === 0) throw invalidInput(`${wantedStack ?? ''} of ${id} has no machines`, `labtui apply --session ${id}`);
  const names = ofStack.flatMap(({ plan }) => plan.machines.map(({ name }) => name));
  if (host !== null && !names.includes(host)) throw noSuch(`${id} has no machine ${host}`, host, names);
  return ofStack.flatMap((stack) => {
    const own = stack.plan.machines.map(({ name }) => name).filter((name) => host === null || name === host);
    return own.length === 0 ? [] : [{ stack, names: own, from: formerOf(stack, own, id) }];
  });
}

function formerOf({ plan, replacement }: StackRecord, names: readonly string[], id: string): PinnedStack {
  if (replacement === undefined) return plan;
  const others = replacement.machines.filter(({ name }) => !names.includes(name));
  if (others.length === 0) return replacement.from;
  throw new LabError({
    kind: 'conflict',
    summary: `the replacement of ${others.map(({ name }) => name).join(', ')} is not over`,
    hint: `labtui apply --session ${id}   goes on with it; or name that machine`,
  });
}

function noSuch(summary: string, wanted: string, among: readonly string[]): LabError {
  return new LabError({ kind: 'not-found', summary: `${summary}${didYouMean(wanted, among)}`, hint: `one of: ${among.join(', ')}` });
}
