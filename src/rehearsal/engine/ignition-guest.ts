import { isMap, type CloudConfig } from './cloud-config-merge.ts';
import type { AuthorizedKey, GuestHostKey } from './machine.ts';
import { publicHalf } from './open-ssh-key.ts';

export interface IgnitionGuest {
  readonly hostKey: GuestHostKey | null;
  readonly authorizedKeys: readonly AuthorizedKey[];
  readonly hostName: string | null;
  /** Contents of the files written, by path. */
  readonly files: ReadonlyMap<string, string>;
}

const deepest = 8;

/** What an Ignition configuration (specification 3) sets up, the ones merged into it included; null: it is none. */
export function readIgnition(text: string): IgnitionGuest | null {
  const config = parsed(text);
  if (config === null) return null;
  const files = new Map<string, string>();
  const authorizedKeys: AuthorizedKey[] = [];
  collect(config, files, authorizedKeys, 0);
  const privateKeyPem = files.get('/etc/ssh/ssh_host_ed25519_key');
  const publicKey = privateKeyPem === undefined ? null : publicHalf(privateKeyPem);
  return {
    hostKey: privateKeyPem === undefined || publicKey === null ? null : { privateKeyPem, publicKey },
    authorizedKeys,
    hostName: files.get('/etc/hostname')?.trim() ?? null,
    files,
  };
}

/** The specification lets the child win, so what is merged comes first. */
function collect(config: CloudConfig, files: Map<string, string>, keys: AuthorizedKey[], depth: number): void {
  for (const source of mergedSources(config)) {
    const inner = depth < deepest ? parsed(source) : null;
    if (inner !== null) collect(inner, files, keys, depth + 1);
  }
  for (const entry of listIn(config.storage, 'files')) {
    const { path, contents } = entry;
    const text = isMap(contents) ? fromDataUrl(contents.source) : null;
    if (typeof path === 'string' && text !== null) files.set(path, text);
  }
  for (const { name, sshAuthorizedKeys: lines } of listIn(config.passwd, 'users')) {
    if (typeof name !== 'string' || !Array.isArray(lines)) continue;
    for (const line of lines) if (typeof line === 'string') keys.push({ user: name, publicKey: line.trim() });
  }
}

function mergedSources({ ignition }: CloudConfig): readonly string[] {
  const config = isMap(ignition) ? ignition.config : null;
  return listIn(config, 'merge').flatMap(({ source }) => fromDataUrl(source) ?? []);
}

function listIn(value: unknown, name: string): readonly CloudConfig[] {
  const list: unknown = isMap(value) ? value[name] : null;
  return Array.isArray(list) ? list.filter(isMap) : [];
}

/** Text of a `data:` URL (RFC 2397); null: it is none, and no network is asked. */
function fromDataUrl(source: unknown): string | null {
  const match = typeof source === 'string' ? /^data:([^,]*),([\s\S]*)$/.exec(source) : null;
  if (match === null) return null;
  const [, header = '', body = ''] = match;
  if (header.endsWith(';base64')) return Buffer.from(body, 'base64').toString('utf8');
  try {
    return decodeURIComponent(body);
  } catch {
    return null;
  }
}

function parsed(text: string): CloudConfig | null {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) && 'ignition' in value ? value : null;
  } catch {
    return null;
  }
}
