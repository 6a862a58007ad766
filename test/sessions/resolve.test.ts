import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessionStore } from '../../src/sessions/store.ts';

let root: string;
const resolve = (reference: string, archived: boolean) =>
  createSessionStore({ root, now: () => new Date(), hostName: 'here', pid: process.pid }).resolve(reference, { archived });

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'labtui-resolve-'));
  const live = ['fedora-aws-abc234', 'fedora-aws-xyz789', 'arch-gcp-aaa222', 'lab-bbb222', 'lab-two-ccc222', 'kernel-ddd222'];
  const archived = ['kernel-eee222', 'debian-aws-fff222', 'old-ggg222', 'old-hhh222'];
  for (const id of live) mkdirSync(join(root, id));
  for (const id of archived) mkdirSync(join(root, '.archive', id), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a reference to a session', () => {
  it.each([
    ['fedora-aws-abc234', false, 'fedora-aws-abc234', false],
    ['fedora-aws-x', false, 'fedora-aws-xyz789', false],
    ['arch', false, 'arch-gcp-aaa222', false],
    ['arch-gcp', false, 'arch-gcp-aaa222', false],
    // The whole name of one, and the beginning of another's id.
    ['lab', false, 'lab-bbb222', false],
    ['lab-t', false, 'lab-two-ccc222', false],
    // Live before archived, except for a whole id.
    ['kernel', true, 'kernel-ddd222', false],
    ['kernel-eee222', true, 'kernel-eee222', true],
    ['debian', true, 'debian-aws-fff222', true],
  ])('%s (archived too: %s) is %s', async (reference, withArchive, id, archived) => {
    expect(await resolve(reference, withArchive)).toEqual({ id, archived });
  });

  it.each([
    ['fedora-aws', false, 'invalid-input', /fedora-aws-abc234, fedora-aws-xyz789/],
    ['fed', true, 'invalid-input', /can be 2 sessions/],
    ['old', true, 'invalid-input', /old-ggg222, old-hhh222/],
    ['old', false, 'not-found', /^old-ggg222, old-hhh222 have ended/],
    ['debian-aws', false, 'not-found', /debian-aws-fff222 has ended/],
    ['fedora-aws-abc243', false, 'not-found', /did you mean fedora-aws-abc234/],
    ['kernle', false, 'not-found', /did you mean kernel\?/],
    ['nothing-like-it', true, 'not-found', /^there is no session "nothing-like-it"$/],
    ['', true, 'not-found', /no session ""/],
    ['../fedora-aws-abc234', true, 'not-found', /no session/],
    ['.archive', true, 'not-found', /no session/],
  ])('%s (archived too: %s) is refused: %s', async (reference, withArchive, kind, summary) => {
    await expect(resolve(reference, withArchive)).rejects.toMatchObject({ problem: { kind, summary: expect.stringMatching(summary) } });
  });
});
