import { type Attributes, type Planning, unknown, type Value } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { planLabels } from './effective-labels.ts';
import { type Settings, withPlace } from './provider-settings.ts';
import { same, suppress } from './settle.ts';
import { isList, isAttributes as isMap, text as textOf } from '../../../plugin/attributes.ts';
import { blocksOf } from './values.ts';

/** Blocks that Compute Engine fills in where the configuration is silent. `initialize_params` describes also a disk that is attached. */
export const computedInstanceBlocks = [
  'scheduling',
  'shielded_instance_config',
  'confidential_instance_config',
  'reservation_affinity',
  'guest_accelerator',
  'boot_disk.initialize_params',
] as const;

/** What the SDK plans for attributes that are not set. */
export const instanceDefaults: Attributes = {
  can_ip_forward: false,
  deletion_protection: false,
  'boot_disk.auto_delete': true,
  'boot_disk.mode': 'READ_WRITE',
  'boot_disk.force_attach': false,
  'attached_disk.mode': 'READ_WRITE',
  'attached_disk.force_attach': false,
  'scratch_disk.size': 375,
  'scheduling.automatic_restart': true,
  'scheduling.preemptible': false,
  'shielded_instance_config.enable_secure_boot': false,
  'shielded_instance_config.enable_vtpm': true,
  'shielded_instance_config.enable_integrity_monitoring': true,
};

/** The last word on the plan of an instance: labels, place, suppressed differences, what a change brings with it. */
export function planInstance(settings: Settings, planning: Planning, context: ProviderContext): Attributes {
  const labelled = planLabels(planning, context);
  if (planning.prior === null) return withPlace(settings, labelled, context, ['project', 'zone']);
  return withEffects(planning.prior, suppress(planning.prior, labelled));
}

/** Attributes that a change in place changes too. */
function withEffects(prior: Attributes, planned: Attributes): Attributes {
  const changed = (name: string): boolean => !same(name, prior[name] ?? null, planned[name] ?? null);
  const restarts = ['machine_type', 'shielded_instance_config', 'min_cpu_platform', 'service_account', 'desired_status', 'advanced_machine_features'].some(changed);
  return {
    ...planned,
    ...(changed('metadata') || changed('metadata_startup_script') ? { metadata_fingerprint: unknown } : {}),
    ...(changed('tags') ? { tags_fingerprint: unknown } : {}),
    ...(restarts ? { cpu_platform: unknown, current_status: unknown, network_interface: withNewAddress(prior, planned.network_interface ?? null) } : {}),
  };
}

/** A machine that is stopped and started gets another address, unless it has a static one. */
function withNewAddress(prior: Attributes, interfaces: Value): Value {
  if (!isList(interfaces)) return interfaces;
  const before = blocksOf(prior, 'network_interface');
  return interfaces.map((nic, at) => {
    const configs = isMap(nic) ? (nic.access_config ?? null) : null;
    if (!isMap(nic) || !isList(configs)) return nic;
    const old = blocksOf(before[at] ?? {}, 'access_config');
    const kept = (config: Attributes, index: number): boolean => textOf(config, 'nat_ip') === textOf(old[index] ?? {}, 'nat_ip');
    return { ...nic, access_config: configs.map((config, index) => (isMap(config) && kept(config, index) ? { ...config, nat_ip: unknown } : config)) };
  });
}
