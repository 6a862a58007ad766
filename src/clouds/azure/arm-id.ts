/** An id of Resource Manager's, taken apart; types and names are of equal number. */
export interface ArmId {
  readonly subscription: string;
  readonly group: string | null;
  /** `Microsoft.Network`; null: the group itself. */
  readonly namespace: string | null;
  /** `virtualNetworks`, `subnets`. */
  readonly types: readonly string[];
  readonly names: readonly string[];
}

/** Reads `/subscriptions/...`, in any case; null for anything else. */
export function readArmId(text: string): ArmId | null {
  const [, subscription, group, rest] = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?(\/providers\/.+)?$/i.exec(text.replace(/\/+$/, '')) ?? [];
  if (subscription === undefined) return null;
  if (rest === undefined) return { subscription, group: group ?? null, namespace: null, types: [], names: [] };
  const [namespace = '', ...parts] = rest.split('/').slice(2);
  const types = parts.filter((_, index) => index % 2 === 0);
  const names = parts.filter((_, index) => index % 2 === 1);
  if (types.length === 0 || types.length !== names.length || names.some((name) => name === '')) return null;
  return { subscription, group: group ?? null, namespace, types, names };
}

/** Writes an id as the provider writes it into a state. */
export function writeArmId({ subscription, group, namespace, types, names }: ArmId): string {
  const own = namespace === null ? '' : `/providers/${[namespace, ...types.flatMap((type, index) => [type, names[index] ?? ''])].join('/')}`;
  return `/subscriptions/${subscription}${group === null ? '' : `/resourceGroups/${group}`}${own}`;
}

/** `Microsoft.Network/virtualNetworks/subnets`. */
export function typeOf({ namespace, types }: ArmId): string {
  return [namespace ?? 'Microsoft.Resources/resourceGroups', ...types].join('/');
}

/** Azure writes the same id in different case now and then. */
export function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
