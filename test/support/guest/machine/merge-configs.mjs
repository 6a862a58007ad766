// How cloud-init puts several cloud-configs together (cloudinit/mergers): what came first stays, unless the later
// part says otherwise by `Merge-Type`, `merge_how` or `merge_type`.

/** `config` with `next` merged into it in the way that `next`, or its header, asks for. */
export function mergeConfigs(config, next, header) {
  const asked = [...fromYaml(next.merge_how ?? next.merge_type), ...fromText(header)];
  const mergers = new Map((asked.length > 0 ? asked : fromText('list()+dict()+str()')).map(({ name, settings }) => [name, settings]));
  return merge(mergers, config, next);
}

function fromYaml(how) {
  if (how === undefined) return [];
  return typeof how === 'string' ? fromText(how) : how.map(({ name, settings = [] }) => ({ name, settings }));
}

/** `list(append)+dict(no_replace,recurse_list)+str()` */
function fromText(text) {
  return [...text.matchAll(/(\w+)\(([^)]*)\)/g)].map(([, name, settings]) => ({ name, settings: settings.split(',').map((word) => word.trim()) }));
}

function merge(mergers, old, next) {
  if (Array.isArray(old)) return mergeLists(mergers, old, next);
  if (isMapping(old)) return mergeMappings(mergers, old, next);
  if (typeof old === 'string' && mergers.has('str')) return mergers.get('str').includes('append') ? old + next : next;
  return old;
}

function mergeMappings(mergers, old, next) {
  const settings = mergers.get('dict');
  if (settings === undefined || !isMapping(next)) return old;
  const merged = { ...old };
  for (const [key, value] of Object.entries(next)) {
    if (!(key in merged)) merged[key] = value;
    else if (value === null && settings.includes('allow_delete')) delete merged[key];
    else if (settings.includes('replace')) merged[key] = value;
    else if (recurses(settings, value, true)) merged[key] = merge(mergers, merged[key], value);
  }
  return merged;
}

function mergeLists(mergers, old, next) {
  const settings = mergers.get('list');
  if (settings === undefined) return old;
  if (!Array.isArray(next)) return settings.includes('replace') ? next : old;
  if (settings.includes('prepend')) return [...next, ...old];
  if (settings.includes('append')) return [...old, ...next];
  if (settings.includes('no_replace')) return old;
  return old.map((value, index) => {
    if (index >= next.length) return value;
    return recurses(settings, next[index], settings.includes('recurse_dict')) ? merge(mergers, value, next[index]) : next[index];
  });
}

function recurses(settings, value, mappings) {
  if (Array.isArray(value)) return settings.includes('recurse_array') || settings.includes('recurse_list');
  if (typeof value === 'string') return settings.includes('recurse_str');
  return mappings && isMapping(value);
}

const isMapping = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
