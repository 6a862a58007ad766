import { isAbsolute, resolve } from 'node:path';
import type { Arch } from '../../core/clouds.ts';
import { invalidInput } from '../../core/errors.ts';
import { parseChecksum } from './checksum.ts';
import type { ImageRequest } from './image.ts';
import { unverifiable } from './image-problem.ts';

const forms = '--image file:./disk.qcow2   or   --image https://HOST/disk.qcow2@sha256:HEX   or   --image build:debian@12\nor the name of an imported one: --image NAME';

/**
 * What `image:` names on this cloud: a file (relative to `cwd`), a URL with its checksum, or an image that was built or imported here (`import:NAME`, or its name alone).
 * Throws
 * invalid-input for anything else, kind image for a URL whose content could be anything.
 */
export function readImagePin(text: string, arch: Arch, cwd: string): ImageRequest {
  if (text.startsWith('file:')) {
    const path = text.slice('file:'.length).replace(/^\/\/(?=\/)/, '');
    if (path === '') throw invalidInput(`"${text}" names no file`, forms);
    return { source: `file:${isAbsolute(path) ? path : resolve(cwd, path)}`, arch, checksum: null, format: null };
  }
  if (/^build:[a-z0-9.-]+@[a-z0-9.-]+$/.test(text)) return { source: text, arch, checksum: null, format: null };
  const imported = /^(?:import:)?([a-z0-9][a-z0-9._-]{0,63})$/.exec(text)?.[1];
  if (imported !== undefined) return { source: `import:${imported}`, arch, checksum: null, format: null };
  if (/^https?:\/\//.test(text)) {
    const [, url = text, pinned] = /^(.*?)@(sha(?:256|512):[0-9a-f]+)$/i.exec(text) ?? [];
    if (!URL.canParse(url)) throw invalidInput(`"${url}" is no URL`, forms);
    const { username, password } = new URL(url);
    if (username !== '' || password !== '') throw invalidInput('the URL of the image has a user in it, which is not supported', forms);
    if (pinned === undefined) throw unverifiable(url, 'it comes without a checksum');
    if (parseChecksum(pinned) === null) throw unverifiable(url, `"${pinned}" has not the length of its kind`);
    return { source: url, arch, checksum: pinned.toLowerCase(), format: null };
  }
  throw invalidInput(`"${text}" is no image of a machine on this computer`, forms);
}
