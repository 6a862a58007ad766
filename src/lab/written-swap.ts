import { LabError } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import { machineResource } from '../core/stack-names.ts';
import { addressesNamed, withResourcesOf } from '../core/written-stack.ts';
import type { Swap } from './replace-target.ts';
import type { SessionWork } from './session-work.ts';
import { hostKeysFor, stackJson } from './stack-json.ts';

/** A stack's Terraform with some of its machines made anew, and nothing else of it changed. */
export interface WrittenSwap {
  /** Addresses of these machines. */
  readonly addresses: readonly string[];
  /** Public host keys that are injected, by machine; null: it makes its own. */
  readonly hostKeys: readonly { readonly name: string; readonly hostKey: string | null }[];
}

/**
 * Writes what Terraform is given for a swap. The machines are written anew, with host keys and user data of their own and the time
 * that is left; network, keys, addresses and other machines stay as they are, to the letter. The former text is kept beside it, and the
 * record says so, until `keepFormer` or the beginning of the swap. Rejects with a LabError where the stack cannot be written.
 */
export async function writeSwap({ to, names }: Swap, context: SessionWork): Promise<WrittenSwap> {
  const { ports, book } = context;
  const { record, paths } = book;
  const former = await ports.readFile(fileOf(to, context)).catch(() => {
    throw new LabError({ kind: 'state', summary: `the cdk.tf.json of ${to.id} is gone`, detail: fileOf(to, context), hint: `labtui destroy ${record.id}` });
  });
  const injected = hostKeysFor([to], ports);
  const leftMs = record.expiresAt === null ? null : Date.parse(record.expiresAt) - ports.now().getTime();
  const anew = await stackJson(to, { sessionId: record.id, tags: record.tags, expiresAt: record.expiresAt, ttlMs: leftMs, userData: record.userData, key: record.key, hostKeys: injected }, ports);
  const resources = to.machines.filter(({ name }) => names.includes(name)).map((machine) => machineResource(machine, to.machines.length));
  const json = withResourcesOf(former, anew, resources);
  const addresses = addressesNamed(json, resources);
  await ports.writeFile(formerFile(to, context), former);
  await book.updateStack(to.id, (stack) => ({ ...stack, rewriting: true }));
  await ports.writeFile(`${paths.stack(to.id)}/cdk.tf.json`, json);
  return { addresses, hostKeys: names.map((name) => ({ name, hostKey: injected.get(name)?.publicKey ?? null })) };
}

/** Puts the former Terraform back where one was only planned: nothing has come of it. */
export async function keepFormer(stack: PinnedStack, context: SessionWork): Promise<void> {
  const { ports, book } = context;
  if (book.record.stacks[stack.id]?.rewriting !== true) return;
  await ports.writeFile(fileOf(stack, context), await ports.readFile(formerFile(stack, context)));
  await book.updateStack(stack.id, ({ rewriting: _, ...record }) => record);
}

function fileOf({ id }: PinnedStack, { book }: SessionWork): string {
  return `${book.paths.stack(id)}/cdk.tf.json`;
}

/** Not beside the stack: Terraform reads every file there that ends like one of its own. */
function formerFile({ id }: PinnedStack, { book }: SessionWork): string {
  return `${book.paths.backups(id)}/before-replace.tf.json`;
}
