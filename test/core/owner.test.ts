import { describe, expect, it } from 'vitest';
import { isOwn } from '../../src/core/owner.ts';

describe('whose lab it is', () => {
  it.each([
    ['alice@laptop', 'alice@laptop', true, true],
    ['alice@laptop', 'alice@desk', true, true],
    ['alice@laptop', 'bob@laptop', true, false],
    ['alice@laptop', 'org/repo', true, false],
    ['org/repo', 'org/repo', false, true],
    ['org/repo', 'org/other', false, false],
    // A name that was given is no person.
    ['alice@team', 'alice@desk', false, false],
  ])('of %s, asked about %s (of the computer: %s): %s', (name, owner, ofComputer, expected) => {
    expect(isOwn(owner, { name, ofComputer })).toBe(expected);
  });
});
