import { consoleText } from '../../engine/console.ts';
import type { JsonObject } from '../../engine/json.ts';
import { computeCall } from '../model/calls.ts';
import { guestAttributes } from '../model/guest-attributes.ts';
import { need } from '../model/kept.ts';
import { selfLink } from '../model/names.ts';
import { invalid } from '../model/refuse.ts';
import type { ComputeRequest } from './requests.ts';

/** The most that Compute Engine keeps of a serial port's output. */
const keptBytes = 1_048_576;

/** `serialPort` and `getGuestAttributes` of an instance; null: no such call. */
export async function instanceExtra({ context, query }: ComputeRequest, id: string, action: string): Promise<JsonObject | null> {
  const { world, caller } = context;
  if (action === 'getGuestAttributes') {
    const path = query.get('queryPath') ?? query.get('variableKey') ?? '';
    return world.call(computeCall(caller, 'instances', action, id), (tx) => guestAttributes(tx, id, path));
  }
  if (action !== 'serialPort') return null;
  return world.call(computeCall(caller, 'instances', 'getSerialPortOutput', id), (tx) => {
    const port = Number(query.get('port') ?? 1);
    if (!Number.isInteger(port) || port < 1 || port > 4) throw invalid('port', query.get('port') ?? '', 'Must be greater than or equal to 1 and less than or equal to 4');
    const { machine } = need(tx, 'instance', id);
    const output = port === 1 && machine !== undefined ? Buffer.from(consoleText(machine, tx.nowMs)) : Buffer.alloc(0);
    const oldest = Math.max(0, output.length - keptBytes);
    const asked = Number(query.get('start') ?? 0);
    const start = Math.min(output.length, Math.max(oldest, asked < 0 ? output.length + asked : asked));
    return {
      kind: 'compute#serialPortOutput',
      selfLink: `${selfLink(id)}/serialPort?port=${port}`,
      contents: output.subarray(start).toString('utf8'),
      start: String(start),
      next: String(output.length),
    };
  });
}
