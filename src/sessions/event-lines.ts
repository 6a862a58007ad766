import type { LabEvent } from '../core/events.ts';
import { isPlainObject } from './plain-object.ts';

const known: ReadonlySet<unknown> = new Set<LabEvent['type']>([
  'phase',
  'plan',
  'resource',
  'fallback',
  'host',
  'protection',
  'diagnostic',
  'log',
  'receipt',
  'result',
]);

/** The event of one line of events.ndjson; null for a line that a crash left broken, or a type of a later labtui. */
export function parseEventLine(line: string): LabEvent | null {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch {
    return null;
  }
  return isLabEvent(content) ? content : null;
}

function isLabEvent(value: unknown): value is LabEvent {
  return isPlainObject(value) && value.v === 1 && typeof value.time === 'string' && known.has(value.type);
}
