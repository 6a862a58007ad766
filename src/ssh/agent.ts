import ssh2, { type BaseAgent, type IdentityCallback, type KnownPublicKeys, type ParsedKey } from 'ssh2';
import { keyBytes } from './key-format.ts';

const answerTimeoutMs = 5_000;

/** The keys that the agent at a socket holds, as their public bytes; null where no agent answers in 5 s. */
export async function agentKeys(socketPath: string | null): Promise<readonly Buffer[] | null> {
  if (socketPath === null) return null;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), answerTimeoutMs);
    new ssh2.OpenSSHAgent(socketPath).getIdentities((error, keys) => {
      clearTimeout(timer);
      resolve(error ? null : parsedKeys(keys).map((key) => key.getPublicSSH()));
    });
  });
}

/** Whether the agent holds the private half of this public key line. */
export async function agentHolds(socketPath: string | null, publicKey: string): Promise<boolean> {
  const wanted = keyBytes(publicKey);
  return (await agentKeys(socketPath))?.some((key) => key.equals(wanted)) ?? false;
}

/**
 * The agent at a socket, showing only the one key: a server lets in few tries, and an agent may hold many keys.
 * `publicKey` null shows them all.
 */
export function agentWith(socketPath: string, publicKey: string | null): BaseAgent {
  return publicKey === null ? new ssh2.OpenSSHAgent(socketPath) : new OneKeyAgent(socketPath, keyBytes(publicKey));
}

class OneKeyAgent extends ssh2.OpenSSHAgent {
  readonly #wanted: Buffer;

  constructor(socketPath: string, wanted: Buffer) {
    super(socketPath);
    this.#wanted = wanted;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    super.getIdentities((error, keys) => {
      callback(error, parsedKeys(keys).filter((key) => key.getPublicSSH().equals(this.#wanted)));
    });
  }
}

function parsedKeys(keys: KnownPublicKeys<ParsedKey> | undefined): ParsedKey[] {
  return (keys ?? []).flatMap((key) => ('getPublicSSH' in key ? [key] : []));
}
