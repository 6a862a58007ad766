const suffixAlphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
export const suffixLength = 6;

/** Six characters that are not mistaken for one another, from six random bytes. */
export function sessionSuffix(randomBytes: Uint8Array): string {
  return Array.from(randomBytes.slice(0, suffixLength), (byte) => suffixAlphabet[byte % suffixAlphabet.length]).join('');
}

/** `<name>-<6 characters>`: safe as a file, DNS and tag name (contract §5). */
export function sessionId(name: string, suffix: string): string {
  return `${name}-${suffix}`;
}

/** Whether a text can be a session's id: nothing else is ever joined to a path. */
export function isSessionId(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?-[a-z0-9]{6}$/.test(text);
}
