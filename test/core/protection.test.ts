import { describe, expect, it } from 'vitest';
import { awsFacts } from '../../src/clouds/aws/facts.ts';
import { azureFacts } from '../../src/clouds/azure/facts.ts';
import { gcpFacts } from '../../src/clouds/gcp/facts.ts';
import type { CloudFacts } from '../../src/core/clouds.ts';
import { motd } from '../../src/core/motd.ts';
import type { PinnedStack } from '../../src/core/plan.ts';
import { leftOpen, protectionOf, protectionOfSession } from '../../src/core/protection.ts';
import { stackInput } from '../clouds/azure/stack-inputs.ts';

const clouds: Readonly<Record<string, CloudFacts>> = { aws: awsFacts, azure: azureFacts, gcp: gcpFacts };
const factsOf = (id: string): CloudFacts => clouds[id]!;
const expiresAt = '2026-11-20T14:00:00Z';

function stackOn(cloud: 'aws' | 'azure' | 'gcp', init: PinnedStack['distro']['init'] = 'cloud-init'): PinnedStack {
  const { stack } = stackInput();
  return { ...stack, id: cloud, cloud, distro: { ...stack.distro, init } };
}

describe('what ends a lab at its deadline', () => {
  it('is the guest on AWS; what a guest on Azure does leaves its bill open, and that is said', () => {
    const aws = protectionOf(expiresAt, [stackOn('aws')], factsOf);
    expect([aws.by, leftOpen(aws)]).toEqual([['guest'], []]);
    const azure = protectionOf(expiresAt, [stackOn('azure')], factsOf);
    expect(azure.by).toEqual(['guest']);
    expect(leftOpen(azure)).toEqual(['azure: its timer only stops the machine, and Azure bills a stopped one until it is destroyed']);
  });

  it('is the cloud itself on GCP, whatever the guest does', () => {
    const gcp = protectionOf(expiresAt, [stackOn('gcp')], factsOf);
    expect([gcp.by, leftOpen(gcp)]).toEqual([['guest', 'cloud'], []]);
  });

  it("is the cloud as well where its own deadline is planned or armed, and says why where it is missing", () => {
    const withDeadline = (cloudDeadline: PinnedStack['cloudDeadline']) => protectionOf(expiresAt, [{ ...stackOn('azure'), cloudDeadline }], factsOf);
    for (const held of [withDeadline({ kind: 'self-destruct', state: 'planned' }), withDeadline({ kind: 'self-destruct', state: 'armed', at: expiresAt })]) {
      expect([held.by, leftOpen(held)]).toEqual([['guest', 'cloud'], []]);
    }
    const missing = withDeadline({ kind: null, state: 'missing', reason: 'the credentials may not' });
    expect(missing.by).toEqual(['guest']);
    expect(missing.missing).toContainEqual({ layer: 'cloud', reason: 'azure: the credentials may not' });
    expect(leftOpen(missing)).toHaveLength(1);
    expect(protectionOf(expiresAt, [{ ...stackOn('gcp'), cloudDeadline: { kind: 'termination-time', state: 'missing', reason: 'it is not set' } }], factsOf).by).toEqual(['guest']);
  });

  it('is of several stacks only what holds in each of them', () => {
    const both = protectionOf(expiresAt, [stackOn('gcp'), stackOn('aws')], factsOf);
    expect(both.by).toEqual(['guest']);
    expect(both.missing).toContainEqual({ layer: 'cloud', reason: expect.stringMatching(/^aws: /) as string });
  });

  it('is not the guest where its timer is known not to be armed', () => {
    const plan = stackOn('aws');
    const session = (guestDeadline: { at: string | null; reason: string | null }) =>
      protectionOfSession({ expiresAt, stacks: { aws: { plan, phase: 'ready', applyStartedAt: expiresAt, goneAt: null, hosts: [], guestDeadline } } }, factsOf);
    expect(session({ at: expiresAt, reason: null }).by).toEqual(['guest']);
    expect(session({ at: null, reason: 'no timer is armed in it' })).toMatchObject({ by: [], missing: [{ layer: 'guest', reason: 'aws: no timer is armed in it' }, {}, {}] });
  });

  it('is nothing without a TTL, or where the guest takes no timer', () => {
    for (const none of [protectionOf(null, [stackOn('azure')], factsOf), protectionOf(expiresAt, [stackOn('azure', 'none')], factsOf)]) {
      expect([none.by, leftOpen(none)]).toEqual([[], []]);
    }
  });

  it('stands in the message of the day, in as many words', () => {
    const said = (more: { shutdownDeletes?: boolean; stoppedIsBilled?: boolean; expiresAt?: string | null }) =>
      motd({ sessionId: 'lab-x7k2p9', expiresAt, shutdownDeletes: false, stoppedIsBilled: false, ...more })[1];
    expect(said({ shutdownDeletes: true })).toBe(`It shuts itself down at ${expiresAt}, and a shutdown deletes it.`);
    expect(said({ stoppedIsBilled: true })).toBe(`It shuts itself down at ${expiresAt}, but is billed until somebody destroys it.`);
    expect(said({})).toBe(`It shuts itself down at ${expiresAt}.`);
    expect(said({ expiresAt: null })).toContain('no deadline');
  });
});
