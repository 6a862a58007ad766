import { describe, expect, it } from 'vitest';
import { judgeImages } from '../../../src/local/image/prune-images.ts';
import type { StoredImage } from '../../../src/local/image/stored-images.ts';

const image = (key: string, bytes: number, usedAt: string, usedBy: readonly string[] = []): StoredImage => ({
  key,
  directory: `/cache/${key}`,
  bytes,
  usedAt: new Date(usedAt),
  usedBy,
  record: { v: 1, source: key, arch: 'amd64', checksum: 'sha256:0', format: 'qcow2', sizeBytes: bytes, virtualSizeBytes: bytes, modifiedMs: 0, addedAt: usedAt, boot: null },
});
const old = image('old', 10, '2026-11-01');
const oldButUsed = image('used', 10, '2026-11-02', ['/sessions/a/disk']);
const recent = image('recent', 10, '2026-11-20');
const newest = image('newest', 10, '2026-11-21');
const all = [old, oldButUsed, recent, newest];
const gone = (rule: Parameters<typeof judgeImages>[1]): readonly string[] => judgeImages(all, rule).remove.map(({ key }) => key);

describe('which images go', () => {
  it.each([
    ['none within the limit', { limitBytes: 40, unusedSince: null }, []],
    ['the longest unused beyond it', { limitBytes: 30, unusedSince: null }, ['old']],
    ['as many as it takes, none that is in use', { limitBytes: 15, unusedSince: null }, ['old', 'recent', 'newest']],
    ['the old ones', { limitBytes: 100, unusedSince: new Date('2026-11-10') }, ['old']],
    ['all that are not in use', { limitBytes: 100, unusedSince: new Date('2026-11-22') }, ['old', 'recent', 'newest']],
  ] as const)('%s', (_, rule, expected) => {
    expect(gone(rule)).toEqual(expected);
  });
});
