import { describe, expect, it } from 'vitest';
import { errorKinds, exitCodeOf, worstExitCode } from '../../src/core/errors.ts';
import { formatDuration, parseDuration } from '../../src/core/duration.ts';
import { normalizeIpRange } from '../../src/core/ip-range.ts';
import { isSessionId, sessionSuffix } from '../../src/core/session-id.ts';

describe('exit codes', () => {
  it('follow the contract, kind by kind, before and after creation', () => {
    const table = Object.fromEntries(errorKinds.map((kind) => [kind, [exitCodeOf(kind, 'before-creation'), exitCodeOf(kind, 'after-creation')]]));
    expect(table).toEqual({
      'invalid-input': [3, 3], image: [3, 3], 'not-found': [3, 3],
      credentials: [4, 5], terms: [4, 5], prerequisite: [4, 5],
      quota: [5, 5], capacity: [5, 5], network: [5, 5], throttled: [5, 5], permission: [5, 5], conflict: [5, 5], state: [5, 5], preempted: [5, 5],
      'not-ready': [6, 6],
      internal: [1, 1],
    });
  });

  it('of several stacks are the first of 1, 7, 5, 6, 4, 3', () => {
    expect(worstExitCode([0, 3, 6])).toBe(6);
    expect(worstExitCode([4, 5, 6])).toBe(5);
    expect(worstExitCode([5, 7])).toBe(7);
    expect(worstExitCode([7, 1])).toBe(1);
    expect(worstExitCode([0, 0])).toBe(0);
    expect(worstExitCode([])).toBe(0);
  });
});

describe('small words', () => {
  it.each([['90s', 90_000], ['15m', 900_000], ['4h', 14_400_000], ['1h30m', 5_400_000], ['2d', 172_800_000], ['0.5h', 1_800_000], ['4', null], ['h', null], ['4 h', null], ['-1h', null], ['', null]])(
    'duration %j', (text, ms) => expect(parseDuration(text)).toBe(ms),
  );
  it.each([[42_000, '42 s'], [185_000, '3 min 5 s'], [14_280_000, '3 h 58 min'], [187_200_000, '2 d 4 h'], [-720_000, '-12 min'], [0, '0 s']])(
    'says %i ms as people do', (ms, text) => expect(formatDuration(ms)).toBe(text),
  );
  it.each([['198.51.100.7', '198.51.100.7/32'], ['10.0.0.0/8', '10.0.0.0/8'], ['0.0.0.0/0', '0.0.0.0/0'], ['10.0.0.1/8', null], ['10.0.0.0/33', null], ['1.2.3', null], ['::1', null], ['1.2.3.4/24/5', null]])(
    'range %j', (text, range) => expect(normalizeIpRange(text)).toBe(range),
  );
  it('session ids are safe as files and DNS names', () => {
    expect(sessionSuffix(new Uint8Array([0, 1, 2, 250, 251, 255]))).toMatch(/^[a-km-np-z2-9]{6}$/);
    expect(isSessionId('kernel-lab-8f3k2q')).toBe(true);
    for (const text of ['../../etc', 'a/b-8f3k2q', 'Lab-8f3k2q', '-x-8f3k2q', 'lab', 'lab-8f3k2', '.archive']) expect(isSessionId(text), text).toBe(false);
  });
});
