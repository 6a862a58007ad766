import { factsOnly } from '../facts-only.ts';
import { libvirtFacts } from './facts.ts';

/** A host of one's own, over its libvirt URI. Image files are those of `local`. */
export const libvirtCloud = factsOnly(libvirtFacts, { loadSettings: () => import('./settings.ts') });
