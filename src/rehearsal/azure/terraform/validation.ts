import type { Attributes, ProviderDiagnostic } from '../../../plugin/behaviour.ts';
import { text } from '../../../plugin/attributes.ts';
import { blocks } from './values.ts';

type Path = readonly (string | number)[];

function invalid(summary: string, path: Path): ProviderDiagnostic {
  return { severity: 'error', summary, path };
}

/** `expected priority to be one of ["Regular" "Spot"], got Foo`: as Terraform's SDK says it. */
export function oneOf(config: Attributes, name: string, allowed: readonly string[], path: Path = []): readonly ProviderDiagnostic[] {
  const value = config[name];
  if (typeof value !== 'string' || allowed.includes(value)) return [];
  const full = [...path, name].join('.');
  return [invalid(`expected ${full} to be one of [${allowed.map((word) => JSON.stringify(word)).join(' ')}], got ${value}`, [...path, name])];
}

export function between(config: Attributes, name: string, low: number, high: number): readonly ProviderDiagnostic[] {
  const value = config[name];
  return typeof value !== 'number' || (value >= low && value <= high) ? [] : [invalid(`expected ${name} to be in the range (${low} - ${high}), got ${value}`, [name])];
}

export function base64(config: Attributes, name: string): readonly ProviderDiagnostic[] {
  const value = config[name];
  if (typeof value !== 'string' || (/^[A-Za-z0-9+/]*={0,2}$/.test(value.replaceAll(/[\r\n]/g, '')) && value.replaceAll(/[\r\n]/g, '').length % 4 === 0)) return [];
  return [invalid(`expected ${JSON.stringify(name)} to be a base64 string, got ${value}`, [name])];
}

export function groupName(config: Attributes, name = 'resource_group_name'): readonly ProviderDiagnostic[] {
  const value = text(config, name);
  if (value === null) return [];
  if (value.length > 90) return [invalid(`${JSON.stringify(name)} may not exceed 90 characters in length`, [name])];
  if (value.endsWith('.')) return [invalid(`${JSON.stringify(name)} may not end with a period`, [name])];
  return /^[-\w._()]+$/.test(value) ? [] : [invalid(`${JSON.stringify(name)} may only contain alphanumeric characters, dash, underscores, parentheses and periods`, [name])];
}

const reserved = 'administrator admin user user1 test user2 test1 user3 admin1 1 123 a actuser adm admin2 aspnet backup console david guest john owner root server sql support support_388945a0 sys test2 test3 user4 user5'.split(' ');

export function adminUsername(config: Attributes): readonly ProviderDiagnostic[] {
  const value = text(config, 'admin_username');
  if (value === null) return [];
  if (reserved.includes(value.toLowerCase())) return [invalid(`"admin_username" specified is not allowed, got ${JSON.stringify(value)}, cannot match: ${JSON.stringify(reserved.join(', '))}`, ['admin_username'])];
  return value.length > 64 ? [invalid(`"admin_username" must be between 1 and 64 characters in length, got ${JSON.stringify(value)}`, ['admin_username'])] : [];
}

export function computerName(config: Attributes, name: string): readonly ProviderDiagnostic[] {
  const value = text(config, name);
  if (value === null) return [];
  const wrong: string[] = [];
  if (value.length > 64) wrong.push(`${JSON.stringify(name)} can be at most 64 characters, got ${value.length}`);
  if (value.startsWith('_')) wrong.push(`${JSON.stringify(name)} cannot begin with an underscore`);
  if (/[.-]$/.test(value)) wrong.push(`${JSON.stringify(name)} cannot end with a period or dash`);
  if (/[\\"/[\]:|<>+=;,?*@&~!#$%^()_{}']/.test(name === 'name' ? value.replaceAll('_', '') : value)) wrong.push(`${JSON.stringify(name)} cannot contain the special characters: \`\\/"[]:|<>+=;,?*@&~!#$%^()_{}'\``);
  return wrong.map((summary) => invalid(summary, [name]));
}

/** RSA of 2048 bits at least, or ED25519: what Azure takes. */
export function sshKey(config: Attributes, name: string, path: Path = []): readonly ProviderDiagnostic[] {
  const value = text(config, name);
  if (value === null) return [];
  const [kind = '', data = ''] = value.trim().split(/\s+/);
  const bytes = Buffer.from(data, 'base64');
  const at = [...path, name];
  if (bytes.length < 20 || data === '') return [invalid(`decoding ${JSON.stringify(name)} for public key data`, at)];
  if (kind !== 'ssh-rsa' && kind !== 'ssh-ed25519') return [invalid(`- the provided ${kind} SSH key is not supported. Only RSA and ED25519 SSH keys are supported by Azure`, at)];
  if (kind === 'ssh-rsa' && bytes.length < 4 + 7 + 4 + 1 + 4 + 256) return [invalid(`- the provided RSA SSH key has ${(bytes.length - 20) * 8} bits. Only ssh-rsa keys with 2048 bits or higher are supported by Azure`, at)];
  return [];
}

export function sshKeys(config: Attributes): readonly ProviderDiagnostic[] {
  return blocks(config, 'admin_ssh_key').flatMap((key) => sshKey(key, 'public_key', ['admin_ssh_key']));
}

/** Exactly one of these attributes or blocks is set; what is not known yet counts as set. */
export function exactlyOne(config: Attributes, names: readonly string[]): readonly ProviderDiagnostic[] {
  const set = names.filter((name) => {
    const value = config[name];
    return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
  });
  if (set.length === 1) return [];
  const all = [...names].sort().join(',');
  const detail = set.length === 0 ? `"${names.at(-1) ?? ''}": one of \`${all}\` must be specified` : `"${set[0] ?? ''}": only one of \`${all}\` can be specified, but \`${[...set].sort().join(',')}\` were specified.`;
  return [{ severity: 'error', summary: set.length === 0 ? 'Missing required argument' : 'Invalid combination of arguments', detail, path: [set[0] ?? names.at(-1) ?? ''] }];
}
