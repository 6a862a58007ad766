import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { expectHostKey, forgetHostKey } from '../../src/ssh/expected-host-key.ts';
import { openKnownHosts } from '../../src/ssh/known-hosts.ts';

const directory = mkdtempSync(join(tmpdir(), 'labtui-known-'));
const file = join(directory, 'known_hosts');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const knownHosts = openKnownHosts();
const [old, other, anew] = ['ssh-ed25519 AAAAold', 'ssh-ed25519 AAAAother', 'ssh-ed25519 AAAAnew'];
const keysOf = async (name: string) => (await knownHosts.read(file, name)).map(({ publicKey, origin }) => [publicKey, origin]);

describe('the host key of a machine that is made anew', () => {
  beforeEach(async () => {
    await knownHosts.pin(file, 'vm', [{ publicKey: old, origin: 'replaced' }]);
    await knownHosts.pin(file, 'neighbour', [{ publicKey: other, origin: 'replaced' }]);
  });

  it('stands beside what the former machine shows, as long as that may still answer', async () => {
    await expectHostKey(knownHosts, file, { name: 'vm', publicKey: `${anew} labtui`, former: 'keep' });
    expect(await keysOf('vm')).toEqual([[old, 'replaced'], [anew, 'injected']]);
    await forgetHostKey(knownHosts, file, 'vm', anew);
    expect(await keysOf('vm')).toEqual([[old, 'replaced']]);
  });

  it('stands alone once the former is gone; the neighbours keep theirs', async () => {
    await expectHostKey(knownHosts, file, { name: 'vm', publicKey: anew, former: 'forget' });
    expect(await keysOf('vm')).toEqual([[anew, 'injected']]);
    expect(await keysOf('neighbour')).toEqual([[other, 'replaced']]);
  });

  it('is not known of an image that makes its own', async () => {
    await expectHostKey(knownHosts, file, { name: 'vm', publicKey: null, former: 'keep' });
    expect(await keysOf('vm')).toEqual([[old, 'replaced']]);
    await expectHostKey(knownHosts, file, { name: 'vm', publicKey: null, former: 'forget' });
    expect(await keysOf('vm')).toEqual([]);
  });
});
