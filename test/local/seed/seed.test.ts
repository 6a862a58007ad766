import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isoImage } from '../../../src/local/seed/iso-image.ts';
import { seedImage } from '../../../src/local/seed/no-cloud.ts';

const folder = mkdtempSync(join(tmpdir(), 'labtui-seed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seed = { instanceId: 'i-1', hostName: 'web-1', userData: '#cloud-config\nname: Zoë\n', interfaces: [] } as const;

/** isoinfo of cdrtools or genisoimage reads images by code that is not ours. */
const isoinfo = (() => {
  try {
    return execFileSync('isoinfo', ['-version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch {
    process.stderr.write('\nSKIPPED: isoinfo is not installed (Debian: genisoimage)\n');
    return null;
  }
})();

function read(image: Buffer): { label: string; file: (name: string) => string; names: string } {
  const file = join(folder, 'seed.iso');
  writeFileSync(file, image);
  const run = (args: readonly string[]): string => execFileSync('isoinfo', ['-i', file, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    label: /Volume id: (.*)/.exec(run(['-d']))?.[1]?.trim() ?? '',
    names: run(['-J', '-f']),
    file: (name) => run(['-J', '-x', `/${name}`]),
  };
}

describe('a seed', () => {
  it.skipIf(isoinfo === null)('is a file system cidata with the files of NoCloud, as other programs read it', () => {
    const { label, file, names } = read(seedImage(seed));
    expect(label).toBe('cidata');
    expect(names.trim().split('\n').map((name) => name.trim()).sort()).toEqual(['/meta-data', '/user-data']);
    expect(JSON.parse(file('meta-data'))).toEqual({ 'instance-id': 'i-1', 'local-hostname': 'web-1' });
    expect(file('user-data')).toBe(seed.userData);
  });

  it.skipIf(isoinfo === null)('configures the cards that it is given: DHCP on the one, an address on the other', () => {
    const { file } = read(seedImage({ ...seed, interfaces: [{ mac: '52:54:00:AA:00:01', address: null }, { mac: '52:54:00:aa:00:02', address: '10.77.0.11/24' }] }));
    expect(JSON.parse(file('network-config'))).toEqual({
      version: 2,
      ethernets: {
        card0: { match: { macaddress: '52:54:00:aa:00:01' }, dhcp4: true },
        card1: { match: { macaddress: '52:54:00:aa:00:02' }, addresses: ['10.77.0.11/24'], optional: true },
      },
    });
  });

  it.skipIf(isoinfo === null)('holds user data of a megabyte, and files that are empty', () => {
    const long = 'x'.repeat(1_048_576);
    expect(read(seedImage({ ...seed, userData: long })).file('user-data') === long).toBe(true);
    const { file } = read(isoImage('cidata', [{ name: 'empty', content: Buffer.alloc(0) }, { name: 'last', content: Buffer.from('end') }]));
    expect([file('empty'), file('last')]).toEqual(['', 'end']);
  });

  it('is the same bytes for the same content, and other bytes for any other', () => {
    expect(seedImage(seed).equals(seedImage({ ...seed }))).toBe(true);
    expect(seedImage(seed).equals(seedImage({ ...seed, instanceId: 'i-2' }))).toBe(false);
  });
});
