import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf, tagsEntry, tagsOf, tagsText, valueLabel } from '../../../src/clouds/gcp/labels.ts';
import { isOfSession, pathOf, partOf, regionOfZone, resourceName } from '../../../src/clouds/gcp/names.ts';
import { sessionTags } from '../../../src/core/tags.ts';
import { profileSchema } from '../../support/profile-schema.ts';

/** What Google Cloud takes, without the international letters. */
const key = /^[a-z][a-z0-9_-]{0,62}$/;
const value = /^[a-z0-9_-]{0,63}$/;

const tagKey = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.:/=+@-]{0,62}$/);
const tagValue = (maxLength: number) => fc.oneof(fc.string({ unit: 'grapheme', maxLength }), fc.string({ maxLength }), fc.date({ noInvalidDate: true }).map((date) => date.toISOString()), fc.constantFrom('2026-11-20t10-00-00z', 'a__b', '_41', ''));
const tags = (keys: fc.Arbitrary<string>, maxLength: number) => fc.dictionary(keys, tagValue(maxLength), { maxKeys: 40 });

describe('labels for tags', () => {
  it('are always in the alphabet, and as many as the tags', () => {
    fc.assert(
      fc.property(tags(tagKey, 255), (given) => {
        const labels = labelsOf(given);
        for (const [name, text] of Object.entries(labels)) {
          expect(name).toMatch(key);
          expect(text).toMatch(value);
        }
        expect(Object.keys(labels)).toHaveLength(Object.keys(given).length);
      }),
    );
  });

  it('lead back to the same tags with the metadata beside them, whatever the tags', () => {
    fc.assert(
      fc.property(tags(tagKey, 255), (given) => {
        expect(tagsOf(labelsOf(given), { [tagsEntry]: tagsText(given) })).toEqual(given);
      }),
    );
  });

  it('lead back to the same tags alone, where none had to be cut', () => {
    // Each of at most 15 characters, a character of at most four bytes: no label is longer than 63.
    const short = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.:/=+@-]{0,14}$/);
    const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 5 }), fc.string({ maxLength: 20 }), fc.constantFrom('2026-11-20T10:00:00.000Z', '2026-11-20t10-00-00z'));
    fc.assert(
      fc.property(fc.dictionary(short, texts), (given) => {
        expect(tagsOf(labelsOf(given))).toEqual(given);
      }),
    );
  });

  it('show times readably, leave plain words alone and never mix them up', () => {
    expect(valueLabel('2026-11-20T14:00:00Z')).toBe('2026-11-20t14-00-00z');
    expect(valueLabel('kernel-lab-x7k2p9')).toBe('kernel-lab-x7k2p9');
    const alike = { a: '2026-11-20T14:00:00Z', b: '2026-11-20t14-00-00z', c: '2026-11-20T14:00:00.5Z', d: '2026-11-20T14-00-00Z' };
    expect(new Set(Object.values(labelsOf(alike))).size).toBe(4);
    expect(tagsOf(labelsOf(alike))).toEqual(alike);
  });

  it('leave out, without the metadata, only what was cut', () => {
    const given = { long: 'x'.repeat(64), fits: 'x'.repeat(63) };
    expect(tagsOf(labelsOf(given))).toEqual({ fits: given.fits });
    expect(tagsOf(labelsOf(given), { [tagsEntry]: 'not JSON' })).toEqual({ fits: given.fits });
    expect(tagsOf({ 'goog-terraform-provisioned': 'true' })).toEqual({ 'goog-terraform-provisioned': 'true' });
  });

  it('carry the tags of every session that a profile allows', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`Key.${index}`, 'ü'.repeat(255)]));
    const profile = profileSchema.parse({ distro: 'ubuntu', cloud: 'gcp', tags: many });
    const session = sessionTags({ sessionId: 'lab-a2b3c4', createdAt: '2026-11-20T10:00:00.000Z', expiresAt: null, owner: 'CI/Repo@x' }, profile.tags);
    expect(Object.keys(labelsOf(session)).length).toBeLessThanOrEqual(64);
    expect(labelsOf(session)).toMatchObject({ 'labtui-session-id': 'lab-a2b3c4', 'labtui-expires': 'never' });
  });
});

describe('names on Google Cloud', () => {
  const sessionId = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?-[a-z0-9]{6}$/);
  const stackId = fc.stringMatching(/^gcp(?:-[a-z0-9]{1,20}){0,4}$/);

  it('are valid, begin with the session, and tell its resources from those of all other sessions', () => {
    fc.assert(
      fc.property(sessionId, sessionId, stackId, fc.option(fc.integer({ min: 1, max: 100 })), (own, other, stack, number) => {
        const name = resourceName(own, stack, number);
        expect(name).toMatch(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
        expect(isOfSession(name, own)).toBe(true);
        if (own !== other) expect(isOfSession(name, other)).toBe(false);
      }),
    );
    expect(isOfSession('lab-a2b3c4-x7k2p9-gcp', 'lab-a2b3c4')).toBe(false);
    expect(isOfSession('lab-a2b3c4-gcpx', 'lab-a2b3c4')).toBe(false);
  });

  it('differ between stacks and machines, also where they are cut', () => {
    fc.assert(
      fc.property(sessionId, fc.uniqueArray(fc.tuple(stackId, fc.integer({ min: 1, max: 100 })), { selector: String }), (session, machines) => {
        expect(new Set(machines.map(([stack, number]) => resourceName(session, stack, number))).size).toBe(machines.length);
      }),
    );
  });

  it('are read from links of both hosts, and from paths', () => {
    const path = 'projects/p/zones/europe-west1-c/instances/vm';
    for (const link of [`https://www.googleapis.com/compute/v1/${path}`, `https://compute.googleapis.com/compute/v1/${path}`, `http://127.0.0.1:8080/compute/v1/${path}`, path, `/${path}`]) {
      expect(pathOf(link)).toBe(path);
      expect([partOf(link, 'zones'), partOf(link, 'projects'), partOf(link, 'regions')]).toEqual(['europe-west1-c', 'p', null]);
    }
    expect(regionOfZone('europe-west1-c')).toBe('europe-west1');
  });
});
