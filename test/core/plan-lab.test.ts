import { describe, expect, it } from 'vitest';
import { clouds as registered } from '../../src/clouds/registry.ts';
import { LabError } from '../../src/core/errors.ts';
import { planLab, type PlanContext } from '../../src/core/plan-lab.ts';
import type { Profile } from '../../src/core/profile.ts';
import { createDistroCatalogue } from '../../src/input/distros.ts';
import { packagedDistros } from '../../src/input/distro-folders.ts';
import { profileSchema } from '../support/profile-schema.ts';

const context: PlanContext = {
  distros: createDistroCatalogue([packagedDistros() ?? ''], registered.all.map(({ facts }) => facts)),
  factsOf: registered.factsOf,
  identity: { suffix: '8f3k2q' },
  now: new Date('2026-11-21T10:00:00.000Z'),
  owner: 'tester@host',
  userData: null,
};

const profileOf = (fields: Readonly<Record<string, unknown>>): Profile => profileSchema.parse({ distro: 'fedora@44', cloud: 'aws', ...fields });
const plan = (fields: Readonly<Record<string, unknown>> = {}) => planLab(profileOf(fields), context);

function refusal(fields: Readonly<Record<string, unknown>>): string {
  try {
    plan(fields);
  } catch (error) {
    if (error instanceof LabError) return `${error.problem.kind}: ${error.problem.summary}`;
    throw error;
  }
  return 'accepted';
}

describe('planLab', () => {
  it('is pure: the same arguments give the same plan, frozen, and nothing of the profile changes', () => {
    const profile = profileOf({ tags: { team: 'kernel' } });
    const before = JSON.stringify(profile);
    const first = planLab(profile, context);
    expect(planLab(profile, context)).toEqual(first);
    expect(Object.isFrozen(first)).toBe(true);
    expect(JSON.stringify(profile)).toBe(before);
  });

  it('names, dates and tags what will exist; labtui\'s own tags win', () => {
    const lab = plan({ tags: { team: 'kernel', labtui: 'no', 'labtui-owner': 'me' }, ttl: '2h' });
    expect(lab).toMatchObject({
      id: 'fedora-aws-8f3k2q',
      name: 'fedora-aws',
      createdAt: '2026-11-21T10:00:00.000Z',
      expiresAt: '2026-11-21T12:00:00.000Z',
      tags: {
        team: 'kernel',
        labtui: 'true',
        'labtui-session-id': 'fedora-aws-8f3k2q',
        'labtui-timestamp': '2026-11-21T10:00:00.000Z',
        'labtui-expires': '2026-11-21T12:00:00.000Z',
        'labtui-owner': 'tester@host',
      },
      stacks: [{ id: 'aws', cloud: 'aws', arch: 'amd64', user: 'fedora', region: 'auto', zone: 'auto', count: 1 }],
    });
    expect(lab.stacks[0]?.instanceTypes[0]).toMatchObject({ type: 't3a.medium', hourlyPrice: 0.0376, priceDate: '2026-01-19' });
  });

  it('says loudly that a lab without TTL has no end', () => {
    const lab = plan({ ttl: null });
    expect(lab.expiresAt).toBeNull();
    expect(lab.warnings.map(({ summary }) => summary).join()).toContain('no TTL');
  });

  it('names stacks by cloud, with region or distro behind it only where needed', () => {
    const ids = (fields: Readonly<Record<string, unknown>>) => plan(fields).stacks.map(({ id }) => id);
    expect(ids({})).toEqual(['aws']);
    expect(ids({ cloud: ['aws:eu-west-1', 'aws:us-east-1'] })).toEqual(['aws-eu-west-1', 'aws-us-east-1']);
    expect(ids({ distro: ['debian@12', 'rocky@9'] })).toEqual(['aws-debian-12', 'aws-rocky-9']);
    expect(refusal({ cloud: ['aws', 'aws'] })).toContain('fedora@44 on aws twice');
  });

  it('keeps the further architectures of a list that are possible, for where a cloud has nothing for the first', () => {
    const [stack] = plan({ distro: 'debian@12', arch: ['arm64', 'amd64'] }).stacks;
    expect(stack).toMatchObject({ arch: 'arm64', otherArches: [{ arch: 'amd64', user: 'admin' }] });
    expect(stack?.otherArches?.[0]?.instanceTypes.every(({ arch }) => arch === 'amd64')).toBe(true);
    expect(plan({ distro: 'arch', arch: ['amd64', 'arm64'] }).stacks[0]).toMatchObject({ arch: 'amd64', otherArches: [] });
  });

  it('takes the second architecture where the first has no image, with an event', () => {
    const lab = plan({ distro: 'arch', arch: ['arm64', 'amd64'] });
    expect(lab.stacks[0]?.arch).toBe('amd64');
    expect(lab.fallbacks).toMatchObject([{ stack: 'aws', event: { type: 'fallback', from: 'arm64', to: 'amd64' } }]);
  });

  it.each([
    ['a cloud that comes later', { cloud: 'hetzner' }, 'cannot create machines on'],
    ['a distro without an image there, with where it has one', { distro: 'gentoo' }, 'image: '],
    ['an architecture without an image', { distro: 'arch', arch: 'arm64' }, 'image: '],
    ['a region with a typing error', { region: 'eu-wset-1' }, 'did you mean "eu-west-1"'],
    ['a zone in place of a region', { region: 'eu-west-1a' }, 'no region "eu-west-1a"'],
    ['a type of the other architecture', { instanceType: 't4g.medium' }, 't4g.medium'],
    ['one image for two clouds', { cloud: ['aws', 'gcp'], image: 'ami-1' }, 'of one cloud only'],
    ['an unknown distro', { distro: 'fedroa' }, 'did you mean "fedora"'],
    ['iops on a magnetic disk', { disk: { type: 'standard', iops: 3000 } }, 'disk.iops'],
  ])('refuses %s', (_, fields, message) => {
    expect(refusal(fields)).toContain(message);
  });

  it('warns of what is past its end of life', () => {
    expect(plan({ distro: 'debian@11' }).warnings.map(({ summary }) => summary).join()).toContain('end of life');
  });
});
