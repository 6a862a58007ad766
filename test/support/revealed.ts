import { gunzipSync, inflateSync } from 'node:zlib';

/**
 * A text with everything that is packed into it: base64 within, however often, compressed or not. What is searched here is found in
 * user data inside of a MIME part inside of a state.
 */
export function revealed(text: string, depth = 4): string {
  const parts = [text];
  if (depth > 0) {
    // JSON writes a line break as \n, YAML wraps and indents: neither ends what is encoded.
    const joined = text.replaceAll(/\\[nr]|\s+/g, '');
    for (const source of new Set([text, joined])) {
      for (const [encoded] of source.matchAll(/[A-Za-z0-9+/_-]{60,}={0,2}/g)) {
        const bytes = Buffer.from(encoded, 'base64');
        const inner = unpacked(bytes);
        parts.push(bytes.toString('latin1'));
        if (inner !== null) parts.push(revealed(inner, depth - 1));
      }
    }
  }
  return parts.join('\n');
}

function unpacked(bytes: Buffer): string | null {
  for (const unpack of [gunzipSync, inflateSync]) {
    try {
      return unpack(bytes).toString('latin1');
    } catch {
      // Not packed in this way.
    }
  }
  const text = bytes.toString('latin1');
  return /[^\t\n\r\x20-\x7e]/.test(text) ? null : text;
}

/** The secret half of each ED25519 key in OpenSSH's format in a text, as its 32 bytes in latin1, with its public half as in known_hosts. */
export function ed25519Keys(text: string): readonly { readonly seed: string; readonly publicKey: string; readonly pem: string }[] {
  // In JSON a line break is \n.
  return [...text.matchAll(/-----BEGIN OPENSSH PRIVATE KEY-----((?:[A-Za-z0-9+/=\s]|\\n)+?)-----END OPENSSH PRIVATE KEY-----/g)].flatMap(([, body = '']) => {
    const joined = body.replaceAll(/\s+|\\n/g, '');
    const bytes = Buffer.from(joined, 'base64');
    const name = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20', 'latin1');
    const at = bytes.indexOf(name);
    if (at < 0) return [];
    const half = bytes.subarray(at + name.length, at + name.length + 32);
    const last = bytes.lastIndexOf(half);
    const line = Buffer.concat([name, half]).toString('base64');
    const lines = joined.replaceAll(/(.{70})/g, '$1\n');
    return [{ seed: bytes.subarray(last - 32, last).toString('latin1'), publicKey: line, pem: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n` }];
  });
}
