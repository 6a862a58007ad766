/** What `ssh.key` names. */
export type KeyReference =
  | { readonly kind: 'generate' }
  | { readonly kind: 'file'; readonly path: string }
  /** In the cloud: by its name there, or by an id that begins as a path does. `fileName`: as its private half is called on this computer. */
  | { readonly kind: 'cloud'; readonly name: string; readonly fileName: string };

/** Azure's ids begin with a slash, but no file of anybody's lies under `/subscriptions/`. */
const resourceId = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/.+\/([^/]+)$/i;

/** Reads `generate`, a path (with a slash, or ending in .pub), the id of a key in the cloud, or its name. */
export function readKeyReference(key: string): KeyReference {
  if (key === 'generate') return { kind: 'generate' };
  const [, last] = resourceId.exec(key) ?? [];
  if (last !== undefined) return { kind: 'cloud', name: key, fileName: last };
  return key.includes('/') || key.endsWith('.pub') ? { kind: 'file', path: key } : { kind: 'cloud', name: key, fileName: key };
}
