import type { JsonObject } from '../../engine/json.ts';
import type { Transaction } from '../../engine/world.ts';
import { text, textMap } from './fields.ts';
import { labelFingerprint } from './fingerprint.ts';
import { need, type Kind } from './kept.ts';
import { checkLabels } from './labels.ts';
import { pace, pending, type Pending } from './pending.ts';
import { conditionNotMet } from './refuse.ts';

/** `setLabels` of instances, disks and addresses: replaces all labels; the fingerprint must be the one they have now. */
export function setLabels(tx: Transaction, kind: Kind, id: string, body: JsonObject): Pending {
  const resource = need(tx, kind, id);
  const labels = textMap(body, 'labels');
  checkLabels(labels, 'labels');
  if (text(body, 'labelFingerprint') !== labelFingerprint(resource.tags)) {
    throw conditionNotMet('Labels fingerprint either invalid or resource labels have changed');
  }
  const changed = { ...resource, tags: labels };
  tx.put(changed);
  return pending(changed, 'setLabels', pace.change);
}
