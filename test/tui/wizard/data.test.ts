import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/tui/port.ts';
import { baseFrom } from '../../../src/tui/screens/wizard/base.ts';
import { cloudsFrom } from '../../../src/tui/screens/wizard/data/clouds.ts';
import { distroOf, distrosFrom } from '../../../src/tui/screens/wizard/data/distros.ts';
import { examinedFrom } from '../../../src/tui/screens/wizard/data/doctor.ts';
import { troubleOf } from '../../../src/tui/screens/wizard/data/loaded.ts';
import { planFrom } from '../../../src/tui/screens/wizard/data/plan.ts';
import { profilesFrom } from '../../../src/tui/screens/wizard/data/profiles.ts';
import { latenciesFrom, regionsFrom } from '../../../src/tui/screens/wizard/data/regions.ts';
import { sizesFrom } from '../../../src/tui/screens/wizard/data/sizes.ts';
import { answerTo } from './in-process.ts';
import { examined, planned } from './wizard-story.ts';

const cwd = import.meta.dirname;
const document = async (...args: readonly string[]) => (await answerTo(args, { cwd, json: true })).documents[0];
const failed = (changes: Partial<Answer>): Answer => ({ exitCode: 3, documents: [], stdout: '', stderr: '', ...changes });

describe('what the commands print is understood as a whole', () => {
  it('distributions', async () => {
    const options = distrosFrom(await document('distros', 'list')) ?? [];
    expect(options.length).toBeGreaterThan(30);
    for (const option of options) {
      expect(option.ref).toMatch(/^[a-z0-9-]+@[a-z0-9.-]+$/);
      expect(option.images.every(({ cloud, arch }) => cloud !== '' && ['amd64', 'arm64'].includes(arch))).toBe(true);
    }
    expect(options.filter(({ name, latest }) => name === 'ubuntu' && latest)).toHaveLength(1);
    expect(distroOf(options, 'debian')?.ref).toBe('debian@13');
    expect(distroOf(options, 'debian@bookworm')?.ref).toBe('debian@12');
    expect(distroOf(options, 'debian@3')).toBeNull();
  });

  it('clouds, sizes and regions', async () => {
    const clouds = cloudsFrom(await document('clouds')) ?? [];
    expect(clouds.filter(({ apply }) => apply).map(({ id }) => id)).toEqual(expect.arrayContaining(['aws', 'azure', 'gcp']));
    for (const { id } of clouds.filter(({ apply }) => apply)) {
      const sizes = sizesFrom(await document('sizes', '--cloud', id)) ?? [];
      expect(sizes.some(({ tiers, hourlyPrice }) => tiers.includes('lab') && hourlyPrice !== null)).toBe(true);
      // This computer is in no region.
      if (id === 'local') continue;
      const regions = regionsFrom(await document('regions', '--cloud', id)) ?? [];
      expect(regions.some(({ usable, place }) => usable && place !== '')).toBe(true);
    }
  });

  it('who we are, and what is missing', () => {
    const { identity, lacking } = examinedFrom(examined('gcp'), 'gcp');
    expect(identity).toMatchObject({ is: 'missing', trouble: { summary: 'no Google credentials were found', hint: expect.stringContaining('gcloud auth application-default login') as string } });
    expect(lacking).toEqual([]);
    const without = { checks: [{ name: 'terraform', ok: false, optional: false, found: 'not on PATH', fix: 'labtui doctor --install-terraform' }] };
    expect(examinedFrom(failed({ documents: [without] }), 'aws').lacking).toEqual([{ summary: 'terraform: not on PATH', hint: 'labtui doctor --install-terraform' }]);
  });

  it('a plan, and a plan that was refused', () => {
    expect(planFrom(planned('plan.ndjson', 0))).toMatchObject({ ok: true, errors: [], stacks: [{ stack: 'aws', count: 1 }, { stack: 'gcp' }] });
    expect(planFrom(planned('plan-refused.ndjson', 3))).toMatchObject({ ok: false, stacks: [], errors: [{ hint: 'labtui regions --cloud aws' }] });
    expect(planFrom(failed({ stderr: 'killed\n' }))).toMatchObject({ ok: false, errors: [{ summary: 'killed' }] });
  });
});

describe('what is none of it is refused, not believed', () => {
  it.each([null, 3, 'text', {}, [], [3], { checks: 1 }, { profile: 1, sources: 2 }, { sizes: 'none' }, { regions: null }])('%j', (odd) => {
    expect(Array.isArray(odd) ? null : distrosFrom(odd)).toBeNull();
    expect(Array.isArray(odd) ? null : cloudsFrom(odd)).toBeNull();
    expect(Array.isArray(odd) ? null : profilesFrom(odd)).toBeNull();
    expect(sizesFrom(odd)).toBeNull();
    expect(regionsFrom(odd)).toBeNull();
    expect(latenciesFrom(odd)).toBeNull();
    expect(baseFrom(odd, null)).toBeNull();
    expect(examinedFrom(failed({ documents: [odd] }), 'aws').identity.is).toBe('missing');
    expect(planFrom(failed({ documents: [odd] })).ok).toBe(false);
  });
});

it('a refusal is told by its own words, else by what was printed, else by its exit code', () => {
  expect(troubleOf(failed({ documents: [{ type: 'diagnostic', severity: 'error', summary: 'no', hint: 'yes' }] }))).toEqual({ summary: 'no', hint: 'yes' });
  expect(troubleOf(failed({ stderr: 'error: no\n  try:   yes\n' }))).toEqual({ summary: 'no', hint: 'yes' });
  expect(troubleOf(failed({}))).toEqual({ summary: 'it ended with exit code 3', hint: null });
});
