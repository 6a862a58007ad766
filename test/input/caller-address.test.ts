import { describe, expect, it } from 'vitest';
import { callerAddress, echoServices, type Fetch } from '../../src/input/caller-address.ts';
import { problemOf } from './temporary-places.ts';

const never = new AbortController().signal;

/** Echo services that answer as told; null: not before they are aborted. Anything else asked is an error. */
function services(answers: Readonly<Record<string, string | number | null>>): { readonly fetch: Fetch; readonly aborted: string[] } {
  const aborted: string[] = [];
  const fetch: Fetch = (url, { signal }) => {
    const answer = answers[url];
    if (answer === undefined) return Promise.reject(new Error(`not expected: ${url}`));
    if (answer !== null) return Promise.resolve(new Response(String(answer), { status: typeof answer === 'number' ? answer : 200 }));
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted.push(url);
        reject(signal.reason as Error);
      });
    });
  };
  return { fetch, aborted };
}

describe('the caller\u2019s address', () => {
  const [amazon, ipify] = echoServices;

  it('is what the first service says, and the other is not waited for', async () => {
    const { fetch, aborted } = services({ [amazon]: null, [ipify]: '198.51.100.7\n' });
    expect(await callerAddress(never, fetch)).toBe('198.51.100.7');
    expect(aborted).toEqual([amazon]);
  });

  it.each([
    ['fails', 503],
    ['answers with a page of its own', '<html>please log in</html>'],
    ['knows only IPv6', '2001:db8::1'],
  ])('comes from the other one where one %s', async (_, answer) => {
    expect(await callerAddress(never, services({ [amazon]: answer, [ipify]: '203.0.113.9' }).fetch)).toBe('203.0.113.9');
  });

  it('is a missing prerequisite where neither answers, and the way out is --allow-from', async () => {
    const { fetch } = services({ [amazon]: 503, [ipify]: null });
    expect(await problemOf(() => callerAddress(never, fetch, 20))).toEqual({
      kind: 'prerequisite',
      summary: 'your public address is not known: no echo service answered, so SSH cannot be opened to it alone',
      detail: `${amazon}: HTTP 503\n${ipify}: no answer in time`,
      hint: '--allow-from ADDRESS   with the IPv4 address or range you come from',
    });
  });

  it('names the cause of a failed connection', async () => {
    const refused: Fetch = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') }));
    expect((await problemOf(() => callerAddress(never, refused))).detail).toBe(`${amazon}: getaddrinfo ENOTFOUND\n${ipify}: getaddrinfo ENOTFOUND`);
  });

  it('stops asking when the run is interrupted', async () => {
    const { fetch, aborted } = services({ [amazon]: null, [ipify]: null });
    const run = new AbortController();
    const asked = callerAddress(run.signal, fetch);
    run.abort(new Error('SIGINT'));
    await expect(asked).rejects.toThrow('SIGINT');
    expect(aborted).toHaveLength(2);
    await expect(callerAddress(run.signal, fetch)).rejects.toThrow('SIGINT');
  });
});
