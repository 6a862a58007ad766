import { stanzas } from '../../ssh/config.ts';
import type { CliContext } from '../context.ts';
import { openSessions } from '../sessions.ts';

/** `labtui ssh-config [S]`: stanzas that ssh, scp and rsync accept, of one session or of all live ones. */
export async function sshConfig(context: CliContext, reference: string | undefined): Promise<number> {
  const store = openSessions(context);
  const ids =
    reference === undefined
      ? (await store.list({ archived: false })).filter(({ problem }) => problem === null).map(({ id }) => id)
      : [(await store.resolve(reference)).id];
  for (const id of ids) {
    const record = await store.load(id);
    const text = stanzas(record, store.paths(id));
    if (text !== '') context.out(text.endsWith('\n') ? text : `${text}\n`);
  }
  return 0;
}
