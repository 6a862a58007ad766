import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStackId, pathsIn, placeOf } from '../../sessions/place.ts';
import { namesIn } from '../../sessions/remove.ts';
import type { SessionFile } from '../../tui/port.ts';

/** Longer ones are for an editor. */
const mostBytes = 4 * 1024 * 1024;

/**
 * What a person may want to read of a session, archived or not: the Terraform of each stack, session.json, the receipt, the SSH
 * configuration; only those that are there. Never a key or a state. Rejects with kind not-found where there is no such session.
 */
export async function sessionFiles(root: string, session: string): Promise<readonly SessionFile[]> {
  const { directory } = placeOf(root, session);
  const paths = pathsIn(directory);
  const stacks = (await namesIn(join(directory, 'stacks'))).filter(isStackId).sort();
  const files = [
    ...stacks.map((stack) => ({ name: `stacks/${stack}/cdk.tf.json`, path: join(paths.stack(stack), 'cdk.tf.json') })),
    { name: 'session.json', path: paths.sessionJson },
    { name: 'receipt.json', path: paths.receipt },
    { name: 'ssh/config', path: paths.sshConfig },
  ];
  const read = await Promise.all(files.map(async ({ name, path }) => ({ name, path, text: await textOf(path) })));
  return read.flatMap(({ name, path, text }) => (text === null ? [] : [{ name, path, text }]));
}

/** null: not there, or no file of its own. */
async function textOf(path: string): Promise<string | null> {
  const stats = await lstat(path).catch(() => null);
  if (stats?.isFile() !== true || stats.size > mostBytes) return null;
  return readFile(path, 'utf8').catch(() => null);
}
