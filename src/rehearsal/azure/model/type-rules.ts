import type { CallSubject } from '../../engine/call.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';

/** What Azure does with one resource type. Ids are ARM ids in any case; documents are what a GET answers. */
export interface TypeRules {
  /** `Microsoft.Network/virtualNetworks/subnets`. */
  readonly type: string;
  readonly subject: CallSubject;
  /** How long a PUT's operation takes at real pace, in ms; 0: it is done when it answers. */
  readonly createMs: number;
  readonly deleteMs: number;
  has(view: WorldView, id: string): boolean;
  /** Creates or replaces. */
  put(tx: Transaction, id: string, body: JsonObject): void;
  /** Changes what the body names; without it only tags can be changed. */
  patch?(tx: Transaction, id: string, body: JsonObject): void;
  /** Throws Azure's 404. */
  show(view: WorldView, id: string): JsonObject;
  /** Begins to delete; throws where something still uses it. Nothing happens when it is not there. */
  remove(tx: Transaction, id: string): void;
  /** Every one of them, anywhere. */
  list(view: WorldView): readonly JsonObject[];
}
