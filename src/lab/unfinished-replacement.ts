import { machineStackNamed } from '../core/machine-stack.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { SessionRecord, StackRecord } from '../core/session.ts';
import type { Swap } from './replace-target.ts';
import type { SessionWork } from './session-work.ts';
import { keepFormer, type WrittenSwap } from './written-swap.ts';

/**
 * Before anything is done with a stack: where a labtui died between writing what it planned and beginning it, the former Terraform is
 * put back. A replacement that has begun stays what it is: what is written is what is wanted.
 */
export async function settleRewriting(record: SessionRecord, context: SessionWork): Promise<void> {
  for (const { plan, rewriting } of Object.values(record.stacks)) {
    if (rewriting !== true) continue;
    await keepFormer(plan, context);
    context.run.emit({ type: 'log', level: 'warn', message: 'a replace was cut off before it began; what it had planned is undone' }, plan.id);
  }
}

/** On disk, before Terraform is started: what the stack is to be, which machines become it, and what it was. */
export async function beginReplacement({ to, from, names }: Swap, { hostKeys }: WrittenSwap, { ports, book }: SessionWork): Promise<void> {
  await book.updateStack(to.id, ({ rewriting: _, ...record }) => ({
    ...record,
    plan: to,
    phase: 'replacing',
    replacement: { startedAt: ports.now().toISOString(), from, machines: hostKeys },
    hosts: record.hosts.map((host) => (names.includes(host.name) ? { ...host, user: machineStackNamed(to, host.name).user } : host)),
  }));
  for (const { name, hostKey } of hostKeys) await ports.ssh.expectHostKey(book.paths, name, hostKey, 'keep');
}

/** After an apply that made the machines: only what was injected into these is trusted now, nothing that the former ones showed. Once. */
export async function trustAnew({ id }: PinnedStack, { ports, book }: SessionWork): Promise<void> {
  const { replacement } = book.record.stacks[id] ?? {};
  if (replacement === undefined || replacement.isMade === true) return;
  for (const { name, hostKey } of replacement.machines) await ports.ssh.expectHostKey(book.paths, name, hostKey, 'forget');
  await book.updateStack(id, (record) => ({ ...record, replacement: { ...replacement, isMade: true } }));
}

/** A stack's record when all of it works: whatever was being replaced is. */
export function withoutReplacement({ replacement: _, ...record }: StackRecord): StackRecord {
  return record;
}

/** After an apply that has touched no machine: the record, the Terraform and the known host keys as they were before it. */
export async function undoReplacement(swap: Swap, before: StackRecord, context: SessionWork): Promise<void> {
  const { ports, book } = context;
  const { id } = swap.to;
  const begun = book.record.stacks[id]?.replacement?.machines ?? [];
  await book.updateStack(id, (record) => ({ ...record, plan: before.plan, phase: before.phase, hosts: before.hosts, replacement: before.replacement, rewriting: true }));
  await keepFormer(before.plan, context);
  for (const { name, hostKey } of begun) if (hostKey !== null) await ports.ssh.forgetHostKey(book.paths, name, hostKey);
}
