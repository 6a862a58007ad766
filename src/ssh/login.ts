import { readFile } from 'node:fs/promises';
import { LabError } from '../core/errors.ts';
import type { Host } from '../core/events.ts';
import type { SessionPaths, SessionRecord } from '../core/session.ts';
import { agentWith } from './agent.ts';
import { addressOf } from './config.ts';
import type { Credentials } from './connect.ts';
import { keyFiles } from './session-key-files.ts';
import type { Dial, Target } from './transport.ts';

/** Where a machine of a session is. Throws a LabError (not-ready) while it has no address. */
export function targetOf(host: Host, session: SessionRecord, dial?: Dial): Target {
  const address = addressOf(host);
  if (address === null) throw new LabError({ kind: 'not-ready', summary: `${host.name} has no address yet` });
  return { name: host.name, address, port: host.port, user: host.user, proxyCommand: session.ssh.proxyCommand, dial };
}

/**
 * What logs in to a session's machines: the private key's file, or the agent. Rejects with a LabError (prerequisite)
 * naming the file where it is gone.
 */
export async function credentialsOf(
  paths: SessionPaths,
  session: SessionRecord,
  environment: NodeJS.ProcessEnv,
): Promise<Credentials> {
  const files = keyFiles(paths, session.key);
  if (files.privateKey !== null) return { privateKeyPem: await readKey(files.privateKey), agent: null };
  const socket = environment.SSH_AUTH_SOCK;
  if (socket === undefined || socket === '') {
    throw new LabError({
      kind: 'prerequisite',
      summary: `the login key of ${session.id} is in an agent, and none is running here`,
      hint: 'eval "$(ssh-agent)" && ssh-add FILE',
    });
  }
  return { privateKeyPem: null, agent: agentWith(socket, files.publicKeyLine) };
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'is gone' : 'cannot be read';
    throw new LabError({ kind: 'prerequisite', summary: `the login key ${file} ${why}` }, { cause });
  }
}
