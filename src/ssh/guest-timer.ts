import { capture } from './channel.ts';
import type { Connection } from './connect.ts';
import { ttlFile, ttlTimer } from './guest-ttl.ts';

const isArmed = `exec sh -c 'test -s ${ttlFile} && { ! test -d /run/systemd/system || systemctl -q is-active ${ttlTimer}; }'`;

/** Whether the guest's own deadline is armed: what was asked for in user data is not yet what happened. */
export async function guestTimerIsArmed(connection: Connection): Promise<boolean> {
  return (await capture(connection, isArmed)).code === 0;
}
