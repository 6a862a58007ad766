import type { WorldView } from '../../engine/world.ts';
import { findImage, imageByShortName } from '../model/image.ts';
import { relative, resolveId } from '../model/names.ts';
import { providerError } from './errors.ts';

/**
 * What the provider sends for an image: paths and links as they are; `debian-12` and `debian-cloud/debian-12` are looked up,
 * and what is not found is refused before the machine is asked for.
 */
export function imageLink(view: WorldView, project: string, reference: string): string {
  const path = relative(reference);
  if (/^(?:projects\/[^/]+\/)?global\/images\//.test(path)) return resolveId(path, 'images', { project });
  const found = imageByShortName(view, path) ?? findImage(view, resolveId(path, 'images', { project }));
  if (found === null) throw providerError(`Error resolving image name '${reference}': Could not find image or family ${reference}`);
  return found.id;
}
