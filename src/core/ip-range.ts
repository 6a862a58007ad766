import { isIPv4 } from 'node:net';

/** Whether the text is an IPv4 address or a CIDR range with no host bits set. */
export function isIpRange(text: string): boolean {
  return normalizeIpRange(text) !== null;
}

/**
 * The range in CIDR form (`198.51.100.7` becomes `198.51.100.7/32`); null when it is none, or when bits
 * beyond the prefix are set, which clouds refuse or silently change.
 */
export function normalizeIpRange(text: string): string | null {
  const [address = '', prefixText = '32', rest] = text.split('/');
  if (rest !== undefined || !isIPv4(address) || !/^\d{1,2}$/.test(prefixText)) return null;
  const prefix = Number(prefixText);
  if (prefix > 32) return null;
  const bits = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
  const hostBits = 2 ** (32 - prefix);
  return bits % hostBits === 0 ? `${address}/${prefix}` : null;
}

