import { gunzipSync } from 'node:zlib';
import { invalidParameter } from './errors.ts';

const limitBytes = 16_384;

/** What the guest makes of RunInstances' user data. Throws as EC2 does when it is no base64, or over 16 KB decoded. */
export function decodeUserData(base64: string | null): string | null {
  if (base64 === null || base64 === '') return null;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) throw invalidParameter('Invalid BASE64 encoding of user data');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > limitBytes) throw invalidParameter(`User data is limited to ${limitBytes} bytes`);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes.toString('utf8');
  try {
    // Room for any user data that fits, none for a bomb.
    return gunzipSync(bytes, { maxOutputLength: 16 * 1024 * 1024 }).toString('utf8');
  } catch {
    // EC2 hands over whatever it is given.
    return bytes.toString('latin1');
  }
}
