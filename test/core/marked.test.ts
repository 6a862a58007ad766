import { describe, expect, it } from 'vitest';
import { laterOf, markOf } from '../../src/core/marked.ts';
import { sessionTags } from '../../src/core/tags.ts';

const tags = sessionTags({ sessionId: 'lab-a2b3c4', createdAt: '2026-11-20T10:00:00.000Z', expiresAt: '2026-11-20T14:00:00.000Z', owner: 'me@here' }, { team: 'kernel' });
const mark = (changes: Readonly<Record<string, string | undefined>> = {}) => markOf((key) => ({ ...tags, ...changes })[key]);

describe("what labtui's tags tell", () => {
  it('is session, owner, birth and deadline', () => {
    expect(mark()).toEqual({ sessionId: 'lab-a2b3c4', owner: 'me@here', createdAt: '2026-11-20T10:00:00.000Z', expiresAt: '2026-11-20T14:00:00.000Z' });
    expect(mark(sessionTags({ sessionId: 'x', createdAt: 'y', expiresAt: null, owner: 'z' }, {}))?.expiresAt).toBe('never');
  });

  it('is nothing without the marker, whatever else is there', () => {
    for (const marker of [undefined, '', 'false', 'TRUE', 'yes']) expect(mark({ labtui: marker }), marker).toBeNull();
  });

  it('leaves open what is missing, empty, or no time', () => {
    expect(mark({ 'labtui-session-id': undefined, 'labtui-owner': '', 'labtui-timestamp': 'yesterday', 'labtui-expires': '2026-13-45T99:00:00Z' })).toEqual({ sessionId: null, owner: null, createdAt: null, expiresAt: null });
    expect(mark({ 'labtui-expires': 'Never', 'labtui-timestamp': '2026-11-20' })).toMatchObject({ expiresAt: null, createdAt: null });
  });
});

describe('the later of two deadlines', () => {
  const [early, late] = ['2026-11-20T14:00:00Z', '2026-11-20T14:00:00.001Z'];

  it.each([
    [early, late, late],
    [late, early, late],
    [early, null, early],
    [null, late, late],
    [null, null, null],
    ['never', late, 'never'],
    [early, 'never', 'never'],
    [null, 'never', 'never'],
  ])('of %s and %s is %s', (a, b, later) => {
    expect(laterOf(a, b)).toBe(later);
  });
});
