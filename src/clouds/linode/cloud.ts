import { factsOnly } from '../facts-only.ts';
import { linodeFacts } from './facts.ts';

/** Akamai Linode compute instances. */
export const linodeCloud = factsOnly(linodeFacts);
