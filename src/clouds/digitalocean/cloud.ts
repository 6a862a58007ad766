import { factsOnly } from '../facts-only.ts';
import { digitaloceanFacts } from './facts.ts';

/** DigitalOcean droplets. */
export const digitaloceanCloud = factsOnly(digitaloceanFacts);
