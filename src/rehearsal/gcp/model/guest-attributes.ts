import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import { textMap } from './fields.ts';
import { need } from './kept.ts';
import { publishesGuestAttributes } from './metadata.ts';
import { selfLink } from './names.ts';
import { CloudError } from '../../engine/cloud-error.ts';

/** Distributions whose images on Compute Engine publish their host keys, by Google's documentation. */
const publishing = ['debian', 'ubuntu', 'rhel', 'centos-stream', 'sles', 'rocky', 'almalinux'];

/** What the guest wrote under `hostkeys/`, or the refusal for what is not there (yet). */
export function guestAttributes(view: WorldView, id: string, queryPath: string): JsonObject {
  const { props, machine } = need(view, 'instance', id);
  const published =
    machine?.hostKey != null &&
    machine.sshAtMs !== null &&
    view.nowMs >= machine.sshAtMs &&
    machine.state === 'running' &&
    publishing.includes(machine.system.distro) &&
    publishesGuestAttributes(textMap(props, 'metadata'));
  const [type = '', key = ''] = machine?.hostKey?.publicKey.split(' ') ?? [];
  const items = published ? [{ namespace: 'hostkeys', key: type, value: key }] : [];
  const wanted = queryPath === '' ? 'hostkeys/' : queryPath;
  const found = items.filter((item) => `${item.namespace}/${item.key}`.startsWith(wanted));
  if (found.length === 0) {
    throw new CloudError('notFound', `The resource '${wanted}' of type 'Guest Attribute' was not found.`, { status: 404 });
  }
  return { kind: 'compute#guestAttributes', selfLink: `${selfLink(id)}/guestAttributes/${wanted}`, queryPath: wanted, queryValue: { items: found } };
}
