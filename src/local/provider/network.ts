import { randomInt } from 'node:crypto';
import type { LocalResource } from './context.ts';

/**
 * `local_network`: a segment that the machines of a session share without any rights on this computer: each QEMU sends its frames to a
 * multicast group of the loopback interface, and takes those of the others. No machine is the centre, so any may be off.
 * Nothing runs for it. Whoever has an account on this computer can listen: it is for labs.
 */
export const network: LocalResource = {
  type: 'local_network',
  create(planned) {
    // 239.0.0.0/8 is for whoever administers a network (RFC 2365); frames never leave the computer.
    const group = `239.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
    const port = randomInt(20_000, 32_000);
    return Promise.resolve({ ...planned, id: `${group}:${port}`, group, port });
  },
  read: (prior) => Promise.resolve(prior),
  delete: () => Promise.resolve(),
  import(id) {
    const [group = '', port = ''] = id.split(':');
    return Promise.resolve({ id, group, port: Number(port) });
  },
};
