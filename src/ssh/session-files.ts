import { mkdir } from 'node:fs/promises';
import type { SessionPaths, SessionRecord } from '../core/session.ts';
import type { PreparedKey } from '../core/ssh.ts';
import { stanzas } from './config.ts';
import { withoutComment } from './key-format.ts';
import { knownHostsText } from './known-hosts.ts';
import { writePrivateFile } from './private-file.ts';
import { keyFiles } from './session-key-files.ts';

/** Writes ssh/ of a session (contract §5), each file 0600: key pair, known_hosts with the injected keys, config. */
export async function writeSessionFiles(
  paths: SessionPaths,
  session: SessionRecord,
  { key, privateKeyPem }: PreparedKey,
  hostKeys: ReadonlyMap<string, string>,
): Promise<void> {
  await mkdir(paths.ssh, { recursive: true, mode: 0o700 });
  const files = keyFiles(paths, key);
  if (privateKeyPem !== null && files.privateKey !== null) await writePrivateFile(files.privateKey, privateKeyPem);
  if (files.publicKey !== null) await writePrivateFile(files.publicKey, `${files.publicKeyLine ?? ''}\n`);
  const pins = [...hostKeys].map(
    ([name, publicKey]) => ({ name, publicKey: withoutComment(publicKey), origin: 'injected' }) as const,
  );
  await writePrivateFile(paths.knownHosts, knownHostsText(pins));
  await writeConfig(paths, session);
}

/** Writes ssh/config of a session: `ssh -F` with it reaches every machine by its name. */
export async function writeConfig(paths: SessionPaths, session: SessionRecord): Promise<void> {
  const head = `# labtui session ${session.id}. Written anew whenever an address changes.\n`;
  await writePrivateFile(paths.sshConfig, `${head}\n${stanzas(session, paths)}`);
}
