import type { PinnedStack } from '../core/plan.ts';
import type { ReadyHooks } from '../core/ready-hooks.ts';
import type { OpenChoices } from './fall-through.ts';
import type { SessionBook } from './session-book.ts';
import type { StackRunOptions } from './terraform-run.ts';
import type { SessionWork } from './session-work.ts';

/** What every step of a stack's creation works with. */
export interface CreateContext extends SessionWork {
  /** null: the stacks are taken as they are written. */
  readonly choices: OpenChoices | null;
  /** Waited for on every machine once it can be logged in to. @default nothing */
  readonly hooks?: ReadyHooks;
}

/** Name of the saved plan in the stack's directory; it holds user data, is 0600, and goes when the session is archived. */
export const planFile = 'labtui.tfplan';

export function terraformOptions(stack: PinnedStack, { ports, run, book }: CreateContext): StackRunOptions {
  return { ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) };
}

/** How long the session lives; null without a TTL. */
export function ttlMsOf({ record }: SessionBook): number | null {
  return record.expiresAt === null ? null : Date.parse(record.expiresAt) - Date.parse(record.createdAt);
}
