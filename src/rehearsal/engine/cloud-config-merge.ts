/** A cloud-config as read: nothing about it is certain. */
export type CloudConfig = Readonly<Record<string, unknown>>;

/**
 * Lays a later cloud-config over an earlier one. cloud-init's default replaces whole keys; a part that brings its own
 * mergers (`list(append)+dict(no_replace,recurse_list)+str()`) has its say (cloud-init's mergers/).
 */
export function mergeCloudConfigs(earlier: CloudConfig, later: CloudConfig, mergeType: string): CloudConfig {
  const mergers = readMergers(mergeType === '' ? declared(later) : mergeType);
  return mergeMaps(earlier, later, mergers);
}

interface Mergers {
  readonly keep: boolean;
  readonly intoMaps: boolean;
  readonly intoLists: boolean;
  readonly lists: 'replace' | 'append' | 'prepend' | 'keep';
}

function readMergers(text: string): Mergers {
  const options = (kind: string) => new RegExp(`${kind}\\(([^)]*)\\)`).exec(text)?.[1]?.split(',').map((word) => word.trim()) ?? [];
  const dict = options('dict');
  const list = options('list');
  return {
    keep: dict.includes('no_replace'),
    // cloud-init recurses into dictionaries once any merging of values is asked for, but not when it replaces them.
    intoMaps: dict.includes('no_replace') || dict.includes('recurse_dict'),
    intoLists: dict.includes('recurse_list') || dict.includes('recurse_array'),
    lists: list.includes('append') ? 'append' : list.includes('prepend') ? 'prepend' : list.includes('no_replace') ? 'keep' : 'replace',
  };
}

function declared(config: CloudConfig): string {
  const how = config.merge_how ?? config.merge_type;
  return typeof how === 'string' ? how : '';
}

function mergeMaps(earlier: CloudConfig, later: CloudConfig, mergers: Mergers): CloudConfig {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [key, value] of Object.entries(later)) {
    merged[key] = key in earlier ? mergeValues(earlier[key], value, mergers) : value;
  }
  return merged;
}

function mergeValues(earlier: unknown, later: unknown, mergers: Mergers): unknown {
  if (mergers.intoMaps && isMap(earlier) && isMap(later)) return mergeMaps(earlier, later, mergers);
  if (mergers.intoLists && Array.isArray(earlier) && Array.isArray(later)) {
    const [first, second]: readonly [readonly unknown[], readonly unknown[]] = [earlier, later];
    if (mergers.lists === 'append') return [...first, ...second];
    if (mergers.lists === 'prepend') return [...second, ...first];
    if (mergers.lists === 'keep') return first;
    return second;
  }
  return mergers.keep ? earlier : later;
}

export function isMap(value: unknown): value is CloudConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
