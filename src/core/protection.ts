import type { ProtectionEvent } from './events.ts';
import type { PinnedStack } from './plan.ts';

type Protection = Pick<ProtectionEvent, 'by' | 'until' | 'missing'>;

/** Which layers end the machines at the deadline without this computer. Only what is really armed counts. */
export function protectionOf(expiresAt: string | null, stacks: readonly PinnedStack[]): Protection {
  if (expiresAt === null) {
    const reason = 'no TTL is set';
    return {
      by: [],
      until: null,
      missing: [
        { layer: 'guest', reason },
        { layer: 'cloud', reason },
        { layer: 'sweeper', reason },
      ],
    };
  }
  const deaf = stacks.filter(({ distro }) => distro.init !== 'cloud-init' && distro.init !== 'ignition');
  const missing: { layer: 'guest' | 'cloud' | 'sweeper'; reason: string }[] = [];
  for (const { id, distro } of deaf) {
    missing.push({ layer: 'guest', reason: `${id}: ${distro.title} takes no cloud-init, so no timer is set in it` });
  }
  missing.push({ layer: 'cloud', reason: 'no deadline of the cloud\'s own is set for this lab' });
  missing.push({ layer: 'sweeper', reason: 'run labtui cleanup --expired from cron to have one' });
  return { by: deaf.length === 0 ? ['guest'] : [], until: expiresAt, missing };
}
