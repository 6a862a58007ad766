import process from 'node:process';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { bool as flag, text } from '../../../plugin/attributes.ts';
import { block } from './values.ts';

/** What the provider block says, with the provider's defaults. */
export interface Settings {
  readonly subscription: string;
  /** The id is in the state before the polling: a broken-off create leaves it there. */
  readonly persistId: boolean;
  readonly skipImportCheck: boolean;
  readonly preventGroupDeletion: boolean;
  readonly deleteOsDisk: boolean;
}

/** The subscription of the provider block, or of the environment as the real provider reads it; null: none. */
export function subscriptionOf({ config }: ProviderContext): string | null {
  return text(config, 'subscription_id') ?? process.env.ARM_SUBSCRIPTION_ID ?? null;
}

export function settingsOf(context: ProviderContext): Settings {
  const features = block(context.config, 'features') ?? {};
  return {
    subscription: subscriptionOf(context) ?? '',
    persistId: flag(features, 'persist_id_on_create_before_polling_for_completion') ?? false,
    skipImportCheck: flag(features, 'skip_import_check_on_create_and_allow_overwriting_existing_resources') ?? false,
    preventGroupDeletion: flag(block(features, 'resource_group') ?? {}, 'prevent_deletion_if_contains_resources') ?? true,
    deleteOsDisk: flag(block(features, 'virtual_machine') ?? {}, 'delete_os_disk_on_deletion') ?? true,
  };
}
