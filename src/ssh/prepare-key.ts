import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import { invalidInput, LabError } from '../core/errors.ts';
import { readKeyReference } from '../core/key-reference.ts';
import type { SshPlan } from '../core/plan.ts';
import type { PreparedKey } from '../core/ssh.ts';
import { agentHolds, agentKeys } from './agent.ts';
import { makeLoginKey } from './keys.ts';
import { proxyWords } from './proxy-command.ts';

/** Where keys are looked for. */
export interface KeyPlaces {
  readonly homeDir: string;
  /** SSH_AUTH_SOCK; null: no agent. */
  readonly agentSocket: string | null;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The login key of a session: made anew, one of the user's (a `.pub` file), or one that exists in the cloud under a
 * name or an id. The private half of the latter two is a file or in the agent. Rejects with prerequisite, naming the file, where
 * it is in neither; with invalid-input where a private key is named, or `proxyCommand` needs a shell.
 */
export async function prepareKey(ssh: SshPlan, places: KeyPlaces): Promise<PreparedKey> {
  if (ssh.proxyCommand !== null) proxyWords(ssh.proxyCommand, places.environment);
  const named = readKeyReference(ssh.key);
  if (named.kind === 'generate') {
    const { privateKeyPem, publicKey } = makeLoginKey(ssh.keyType, 'labtui');
    return { key: { kind: 'generated', publicKey }, privateKeyPem };
  }
  const key = await (named.kind === 'file' ? existingKey(named.path, places) : cloudKey(named.name, named.fileName, places));
  return { key, privateKeyPem: null };
}

async function existingKey(named: string, places: KeyPlaces) {
  const file = named.startsWith('~/') ? join(places.homeDir, named.slice(2)) : resolve(named);
  const text = await readText(file);
  if (text === null) throw missing(`there is no key file ${named}`, 'name a .pub file, or leave ssh.key out: labtui makes a key pair');
  const parsed = parse(text);
  if (text.includes('PRIVATE KEY-----') || parsed?.isPrivateKey() === true) {
    throw invalidInput(`${named} is a private key`, `name its public half: --ssh-key ${named}.pub`);
  }
  if (parsed === null) throw invalidInput(`${named} is not an OpenSSH public key`, 'ssh-keygen -y -f PRIVATE-KEY prints one');
  const [line = ''] = text.trim().split('\n');
  const publicKey = line.trim();
  const privateKeyFile = await privateHalf(file.replace(/\.pub$/, ''), parsed);
  if (privateKeyFile === null && !(await agentHolds(places.agentSocket, publicKey))) {
    const half = named.replace(/\.pub$/, '');
    throw missing(
      half === named
        ? `${named} does not end in .pub, and no agent has its private half`
        : `the private half of ${named} is not to be had: ${half} is missing, another key, or locked with a passphrase, and no agent has it`,
      half === named ? 'name a .pub file that lies beside its private half' : `ssh-add ${half}`,
    );
  }
  return { kind: 'existing', publicKey, privateKeyFile } as const;
}

async function cloudKey(name: string, fileName: string, places: KeyPlaces) {
  const files = [join(places.homeDir, '.ssh', fileName), join(places.homeDir, '.ssh', `${fileName}.pem`)];
  for (const file of files) {
    if ((await privateHalf(file, null)) !== null) return { kind: 'cloud', cloudKeyName: name, privateKeyFile: file } as const;
  }
  const held = await agentKeys(places.agentSocket);
  if (held !== null && held.length > 0) return { kind: 'cloud', cloudKeyName: name, privateKeyFile: null } as const;
  throw missing(
    `the private half of the cloud's key ${name} is not to be had: neither ~/.ssh/${fileName} nor ~/.ssh/${fileName}.pem is a key without passphrase, and no agent has a key`,
    `put it there, or: ssh-add FILE`,
  );
}

/** The file, if it holds a private key that can be used without a passphrase and, where one is given, fits the public key. */
async function privateHalf(file: string, publicKey: ParsedKey | null): Promise<string | null> {
  const text = await readText(file);
  const parsed = text === null ? null : parse(text);
  if (parsed?.isPrivateKey() !== true) return null;
  return publicKey === null || parsed.getPublicSSH().equals(publicKey.getPublicSSH()) ? file : null;
}

function parse(text: string): ParsedKey | null {
  const parsed = ssh2.utils.parseKey(text);
  return parsed instanceof Error ? null : parsed;
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}

function missing(summary: string, hint: string): LabError {
  return new LabError({ kind: 'prerequisite', summary, hint });
}
