import { gzipSync } from 'node:zlib';
import { invalidInput } from '../../core/errors.ts';

/** What EC2 takes, in bytes before base64. */
const limitBytes = 16_384;

/** User data as aws_instance takes it: readable text where it fits, else compressed, which cloud-init unpacks. */
export type InstanceUserData = { readonly userData: string } | { readonly userDataBase64: string };

/**
 * The text, or its gzip in base64 when the text is over 16384 bytes. The same text always gives the same bytes.
 * Throws invalid-input when even the gzip is too large.
 */
export function instanceUserData(text: string): InstanceUserData {
  const textBytes = Buffer.byteLength(text);
  if (textBytes <= limitBytes) return { userData: text };
  const packed = gzipSync(text, { level: 9 });
  if (packed.length > limitBytes) {
    throw invalidInput(
      `the user data has ${textBytes} bytes, ${packed.length} compressed; AWS takes ${limitBytes}`,
      'shorten userData, or let it fetch the larger part',
    );
  }
  // The gzip header's byte for the operating system differs between computers.
  packed[9] = 255;
  return { userDataBase64: packed.toString('base64') };
}
