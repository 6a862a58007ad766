import { gzipSync } from 'node:zlib';
import type { InitKind } from '../../core/distro.ts';
import { invalidInput } from '../../core/errors.ts';
import { azureFacts } from './facts.ts';

const limitBytes = azureFacts.capabilities.userDataBytes;

/**
 * A machine's custom data, in base64; null where there is none. Larger text goes compressed where cloud-init reads it. The same
 * text always gives the same bytes. Throws invalid-input when it is still too large.
 */
export function customData(text: string, init: InitKind): string | null {
  if (text === '') return null;
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return bytes.toString('base64');
  if (init !== 'cloud-init') throw tooLarge(`the user data has ${bytes.length} bytes`);
  const packed = gzipSync(bytes, { level: 9 });
  if (packed.length > limitBytes) throw tooLarge(`the user data has ${bytes.length} bytes, ${packed.length} compressed`);
  // The gzip header's byte for the operating system differs between computers.
  packed[9] = 255;
  return packed.toString('base64');
}

function tooLarge(what: string) {
  return invalidInput(`${what}; Azure takes ${limitBytes}`, 'shorten userData, or let it fetch the larger part');
}
