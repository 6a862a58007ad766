import type { ProtectionEvent } from './events.ts';
import type { FactsOf, PinnedStack } from './plan.ts';

type Protection = Pick<ProtectionEvent, 'by' | 'until' | 'missing'>;

/**
 * Which layers act on the machines at the deadline without this computer. Only what is really armed counts. A layer that is in both
 * lists is armed, and `missing` says what it leaves open.
 */
export function protectionOf(expiresAt: string | null, stacks: readonly PinnedStack[], factsOf: FactsOf): Protection {
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
  const deaf = stacks.filter(({ distro }) => distro.init === 'none');
  const open = stacks.filter(({ cloud }) => !factsOf(cloud).capabilities.nativeTtl);
  const missing: { layer: 'guest' | 'cloud' | 'sweeper'; reason: string }[] = [];
  for (const { id, distro } of deaf) {
    missing.push({ layer: 'guest', reason: `${id}: ${distro.title} takes no instructions, so no timer is set in it` });
  }
  for (const { id, cloud, distro } of stacks) {
    if (distro.init === 'none' || factsOf(cloud).capabilities.stoppedIsBilled !== true) continue;
    missing.push({ layer: 'guest', reason: `${id}: its timer only stops the machine, and ${factsOf(cloud).title} bills a stopped one until it is destroyed` });
  }
  for (const { id, cloud } of open) missing.push({ layer: 'cloud', reason: `${id}: ${factsOf(cloud).title} has no deadline of its own for a machine` });
  missing.push({ layer: 'sweeper', reason: 'run labtui cleanup --expired from cron to have one' });
  const by = [...(deaf.length === 0 ? (['guest'] as const) : []), ...(open.length === 0 ? (['cloud'] as const) : [])];
  return { by, until: expiresAt, missing };
}

/** What the layers that are armed leave open: what goes on costing after the deadline. */
export function leftOpen({ by, missing }: Pick<Protection, 'by' | 'missing'>): readonly string[] {
  return missing.filter(({ layer }) => by.includes(layer)).map(({ reason }) => reason);
}
