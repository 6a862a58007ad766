import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { openSessions } from '../../library/sessions.ts';
import { destroyAll, type DestroyOptions, type Target } from './destroy-all.ts';

/** `labtui destroy S...`: ends sessions from their state, and proves it. */
export async function destroy(context: CliContext, references: readonly string[], options: DestroyOptions): Promise<number> {
  const store = openSessions(context);
  const targets: Target[] = [];
  for (const reference of references) targets.push(await store.resolve(reference, { archived: true }));
  if (references.length === 0) {
    const live = await store.list({ archived: false });
    const [only] = live;
    if (only === undefined || live.length > 1 || !context.interactive || context.settings.json) {
      throw new UsageError('destroy which session?', `labtui destroy SESSION${live.length > 0 ? `   one of: ${live.map(({ id }) => id).join(', ')}` : ''}`);
    }
    targets.push({ id: only.id, archived: false });
  }
  return destroyAll(context, targets, options);
}
