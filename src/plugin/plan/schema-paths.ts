/** A dotted path of names, as schema files and behaviours write it: `boot_disk.initialize_params.image`. */
export const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
