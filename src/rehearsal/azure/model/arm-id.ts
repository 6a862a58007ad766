/** An Azure Resource Manager id, taken apart. Names keep the case they came in; ids are compared without case. */
export interface ArmId {
  readonly subscription: string;
  /** null: of the subscription itself. */
  readonly group: string | null;
  /** `Microsoft.Network`; null: the group or the subscription. */
  readonly namespace: string | null;
  /** `virtualNetworks/subnets`; '' for a group or a subscription. */
  readonly type: string;
  /** Names, one for each part of the type. */
  readonly names: readonly string[];
}

/** Reads `/subscriptions/…`; null where the text is no such id. */
export function parseArmId(text: string): ArmId | null {
  const parts = text.split('/').filter((part) => part !== '');
  if (parts[0]?.toLowerCase() !== 'subscriptions' || parts[1] === undefined) return null;
  const subscription = parts[1];
  let at = 2;
  let group: string | null = null;
  if (parts[at]?.toLowerCase() === 'resourcegroups') {
    group = parts[at + 1] ?? null;
    if (group === null) return null;
    at += 2;
  }
  if (parts[at] === undefined) return { subscription, group, namespace: null, type: '', names: [] };
  if (parts[at]?.toLowerCase() !== 'providers') return null;
  const namespace = parts[at + 1];
  const rest = parts.slice(at + 2);
  if (namespace === undefined || rest.length % 2 !== 0) return null;
  const types = rest.filter((_, index) => index % 2 === 0);
  const names = rest.filter((_, index) => index % 2 === 1);
  return { subscription, group, namespace, type: types.join('/'), names };
}

export function armId({ subscription, group, namespace, type, names }: ArmId): string {
  const types = type === '' ? [] : type.split('/');
  return [
    '',
    'subscriptions',
    subscription,
    ...(group === null ? [] : ['resourceGroups', group]),
    ...(namespace === null ? [] : ['providers', namespace, ...types.flatMap((part, index) => [part, names[index] ?? ''])]),
  ].join('/');
}

export function groupId(subscription: string, group: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}

/** `type` with its namespace: `Microsoft.Network/virtualNetworks/subnets`. */
export function resourceId(subscription: string, group: string, type: string, ...names: readonly string[]): string {
  const slash = type.indexOf('/');
  return armId({ subscription, group, namespace: type.slice(0, slash), type: type.slice(slash + 1), names });
}

/** The key under which the world keeps it. */
export function keyOf(id: string): string {
  return id.toLowerCase();
}

export function sameId(a: string | null | undefined, b: string | null | undefined): boolean {
  return a !== null && a !== undefined && b !== null && b !== undefined && keyOf(a) === keyOf(b);
}

export function lastName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** Of a child (`…/virtualNetworks/v/subnets/s`) the parent's id. */
export function parentId(id: string): string {
  return id.split('/').slice(0, -2).join('/');
}
