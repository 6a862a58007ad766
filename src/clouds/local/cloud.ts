import { factsOnly } from '../facts-only.ts';
import { localFacts } from './facts.ts';

/** A virtual machine on this computer, by QEMU. The other architecture runs emulated. */
export const localCloud = factsOnly(localFacts, { loadSettings: () => import('./settings.ts') });
