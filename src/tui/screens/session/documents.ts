import type { Host } from '../../../core/events.ts';
import type { InventoryRow } from './state.ts';

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The machines in what `labtui show --json` printed; empty where it is something else. */
export function hostsIn(document: unknown): readonly Host[] {
  if (!isFields(document) || !isFields(document.stacks)) return [];
  return Object.values(document.stacks).flatMap((stack) => (isFields(stack) && Array.isArray(stack.hosts) ? stack.hosts.filter(isHost) : []));
}

/** labtui's own output: what is shown of it is checked. */
function isHost(value: unknown): value is Host {
  return isFields(value) && typeof value.name === 'string' && typeof value.user === 'string' && typeof value.state === 'string';
}

/** The rows in what `labtui inventory --json` printed. */
export function inventoryIn(document: unknown): readonly InventoryRow[] {
  if (!Array.isArray(document)) return [];
  return document.flatMap((row: unknown) => {
    const address = isFields(row) ? text(row.address) : null;
    return isFields(row) && address !== null ? [{ stack: text(row.stack) ?? '', address, id: text(row.id) }] : [];
  });
}
