import { join } from 'node:path';
import type { SessionKey, SessionPaths } from '../core/session.ts';

/** The files a session logs in with. */
export interface KeyFiles {
  /** null: the agent has it. */
  readonly privateKey: string | null;
  /** Where the public half is kept in the session; null: not known, the cloud has it under a name. */
  readonly publicKey: string | null;
  /** The public key's line. */
  readonly publicKeyLine: string | null;
}

/** Which files hold a session's login key: under ssh/, as id_rsa where it is RSA, or the user's own. */
export function keyFiles(paths: SessionPaths, key: SessionKey): KeyFiles {
  if (key.kind === 'cloud') return { privateKey: key.privateKeyFile, publicKey: null, publicKeyLine: null };
  const rsa = key.publicKey.startsWith('ssh-rsa ');
  return {
    privateKey: key.kind === 'existing' ? key.privateKeyFile : rsa ? join(paths.ssh, 'id_rsa') : paths.privateKey,
    publicKey: rsa ? join(paths.ssh, 'id_rsa.pub') : paths.publicKey,
    publicKeyLine: key.publicKey,
  };
}
