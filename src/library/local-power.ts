import { stateOfAll } from '../core/power.ts';
import type { SessionSummary } from '../core/session.ts';
import { tagKeys } from '../core/tags.ts';
import { findResources } from '../local/provider/found-machines.ts';
import type { LabContext } from './context.ts';

/** Where a lab's machines on this computer are off, though the session's record says that they run: it was restarted, or somebody ended them. */
export async function withLocalPower(sessions: readonly SessionSummary[], { environment, loadClouds }: Pick<LabContext, 'environment' | 'loadClouds'>): Promise<readonly SessionSummary[]> {
  const machines = (await findResources(environment)).filter(({ type }) => type === 'local_machine');
  const ownOf = ({ id }: SessionSummary) => machines.filter(({ tags }) => tags[tagKeys.session] === id);
  const isOtherwise = (session: SessionSummary): boolean => session.state === 'running' && ownOf(session).some(({ running }) => running === null);
  if (!sessions.some(isOtherwise)) return sessions;
  const here = new Set((await loadClouds()).all.filter(({ facts }) => facts.capabilities.onThisComputer === true).map(({ id }) => id));
  return sessions.map((session) => {
    if (!isOtherwise(session)) return session;
    const elsewhere = session.clouds.some((cloud) => !here.has(cloud)) ? (['running'] as const) : [];
    return { ...session, state: stateOfAll([...elsewhere, ...ownOf(session).map(({ running }) => (running === null ? ('stopped' as const) : ('running' as const)))]) };
  });
}
