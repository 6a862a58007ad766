import { factsOnly } from '../facts-only.ts';
import { hetznerFacts } from './facts.ts';

/** Hetzner Cloud servers. */
export const hetznerCloud = factsOnly(hetznerFacts);
