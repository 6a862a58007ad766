import { join } from 'node:path';
import { accessSettings } from '../core/cloud-settings.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Clouds } from '../core/open-clouds.ts';
import { createLedger } from '../sessions/ledger.ts';
import type { LabContext } from './context.ts';
import { stateDirectory } from './directories.ts';

/**
 * The ledger of this user, in the state directory; of a rehearsal the one in its world. Of a stack's settings only what leads to the
 * account is kept.
 */
export function openLedger(context: Pick<LabContext, 'environment' | 'home'>, { clouds, world = null }: { readonly clouds: Clouds; readonly world?: string | null }): Ledger {
  const ledger = createLedger({ directory: join(world ?? stateDirectory(context), 'ledger'), now: () => new Date(), rehearsed: world !== null });
  return {
    ...ledger,
    note: async (place, root) => {
      const module = (await clouds.of(place.cloud).loadSettings?.()) ?? {};
      const environment = world === null ? context.environment : {};
      await ledger.note({ ...place, settings: accessSettings(place.settings, place.cloud, module, environment) }, root);
    },
  };
}

/** Where the receipts of sweeps are kept. */
export function sweepReceiptsDirectory(context: Pick<LabContext, 'environment' | 'home'>, world: string | null): string {
  return join(world ?? stateDirectory(context), 'receipts');
}
