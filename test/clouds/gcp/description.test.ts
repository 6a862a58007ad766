import { describe, expect, it } from 'vitest';
import { descriptionOf, tagsInDescription } from '../../../src/clouds/gcp/description.ts';
import { sessionTags } from '../../../src/core/tags.ts';

const tags = (owner: string, user: Readonly<Record<string, string>> = {}) => sessionTags({ sessionId: 'lab-a2b3c4', createdAt: '2026-11-20T10:00:00.000Z', expiresAt: null, owner }, user);

describe('the description of what can carry no label', () => {
  it("is readable, holds labtui's own tags alone, and begins with the marker", () => {
    expect(descriptionOf(tags('me@here', { team: 'kernel' }))).toBe('labtui=true labtui-session-id=lab-a2b3c4 labtui-timestamp=2026-11-20T10:00:00.000Z labtui-expires=never labtui-owner=me@here');
  });

  it.each(['me@here', 'Ada Lovelace', 'a=b labtui=false', '100%', '%41', 'Jürgen @ 東京', 'two\nlines\t', '${x} %{if}', "o'brien \"x\" \\"])('is read back to what it was written from: %j', (owner) => {
    const text = descriptionOf(tags(owner));
    expect(text).toMatch(/^[ -~]+$/);
    expect(tagsInDescription(text)).toEqual(tags(owner));
  });

  it('stays within what Compute Engine takes: what does not fit is left out whole', () => {
    const text = descriptionOf(tags('é'.repeat(2_000)));
    expect(text.length).toBeLessThanOrEqual(2_048);
    expect(tagsInDescription(text)).toMatchObject({ labtui: 'true', 'labtui-session-id': 'lab-a2b3c4' });
    expect(tagsInDescription(text)).not.toHaveProperty('labtui-owner');
  });

  it("is not anybody's else", () => {
    for (const text of ['', 'labtui session', 'labtui=trueish', 'labtui=false', 'not labtui=true labtui-session-id=x', 'Default network for the project']) expect(tagsInDescription(text), text).toBeNull();
    expect(tagsInDescription('labtui=true labtui-session-id=x team=y nonsense')).toEqual({ labtui: 'true', 'labtui-session-id': 'x' });
  });
});
