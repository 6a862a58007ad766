import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clouds as registered } from '../../../src/clouds/registry.ts';
import type { Distro } from '../../../src/core/distro.ts';
import { createDistroCatalogue } from '../../../src/input/distros.ts';
import { simulations } from '../../../src/rehearsal/clouds.ts';
import { buildCatalogue } from '../../../src/rehearsal/engine/build-catalogue.ts';
import type { CatalogueImage } from '../../../src/rehearsal/engine/catalogue.ts';
import { matchesPattern, nameOfPattern } from '../../../src/rehearsal/engine/image-names.ts';

const clouds = ['aws', 'gcp', 'azure'] as const;
const distros = createDistroCatalogue([join(import.meta.dirname, '../../../distros')], registered.all.map(({ facts }) => facts));
const catalogue = buildCatalogue({ clouds: simulations.map(({ id, offer }) => ({ facts: registered.factsOf(id), offer })), distros });
const imagesOf = (cloud: (typeof clouds)[number]): readonly CatalogueImage[] => catalogue.clouds[cloud]?.images ?? [];

describe('the catalogue of the simulated clouds', () => {
  it('has an image for every version and architecture that a distro lists there, and for no other', async () => {
    for (const cloud of clouds) {
      const has = (distro: Distro, version: string, arch: string): boolean =>
        imagesOf(cloud).some((image) => image.system.distro === distro.name && image.system.version === version && image.arch === arch);
      for (const distro of await distros.all()) {
        for (const { version, images } of distro.versions) {
          for (const { arch, status, query } of images.filter((image) => image.cloud === cloud)) {
            const expected = status !== 'bring' && status !== 'none' && query !== null;
            expect({ distro: distro.name, version, arch, cloud, has: has(distro, version, arch) }).toMatchObject({ has: expected });
          }
        }
      }
    }
  });

  it('names an AWS image as its query asks, an older and a newer one, no two alike', () => {
    for (const image of imagesOf('aws')) {
      if (image.query.cloud !== 'aws') expect.fail(image.name);
      if (image.query.namePattern !== null) expect(matchesPattern(image.query.namePattern, image.name)).toBe(true);
      expect(image.name).not.toMatch(/[*?]/);
      const twins = imagesOf('aws').filter(({ query, arch }) => query === image.query && arch === image.arch);
      expect(twins.length, image.name).toBe(image.query.namePattern === null || /[*?]/.test(image.query.namePattern) ? 2 : 1);
    }
    for (const cloud of clouds) {
      const names = imagesOf(cloud).map(({ name, arch }) => `${name} ${arch}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('sets a trap for whoever takes the youngest where the highest version is asked for', () => {
    const rhel = imagesOf('aws').filter(({ system, arch }) => system.distro === 'rhel' && system.version === '9' && arch === 'amd64');
    const byDate = [...rhel].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).map(({ name }) => name);
    const byVersion = [...rhel].sort((a, b) => b.name.localeCompare(a.name, 'en', { numeric: true })).map(({ name }) => name);
    expect(rhel[0]?.query).toMatchObject({ newestBy: 'version' });
    expect(byVersion).toEqual([...byDate].reverse());
  });

  it('makes names in the shape of a pattern', () => {
    const edition = { day: '20261110', minor: 7 };
    expect(nameOfPattern('debian-12-amd64-*', edition)).toBe('debian-12-amd64-20261110');
    expect(nameOfPattern('RHEL-9.*_HVM-*-x86_64-*-Hourly2-GP3', edition)).toBe('RHEL-9.7_HVM-20261110-x86_64-0-Hourly2-GP3');
    expect(nameOfPattern('suse-sles-16-0-v20??????-hvm-ssd-arm64', edition)).toBe('suse-sles-16-0-v20261110-hvm-ssd-arm64');
    expect(nameOfPattern('al2023-ami-2023.*-kernel-*-x86_64', edition)).toMatch(/^al2023-ami-2023\.7.*-kernel-6\.12-x86_64$/);
    expect(nameOfPattern('nixos/26.05*x86_64-linux', edition)).toBe('nixos/26.05.20261110-x86_64-linux');
    expect(matchesPattern('a.*', 'abc')).toBe(false);
  });

  it('has the zones of each region in the words of the cloud, and its types', () => {
    const zones = (cloud: (typeof clouds)[number], id: string) => catalogue.clouds[cloud]?.regions.find((region) => region.id === id)?.zones;
    expect(zones('aws', 'eu-north-1')).toEqual(['eu-north-1a', 'eu-north-1b', 'eu-north-1c']);
    expect(zones('gcp', 'us-central1')).toEqual(['us-central1-a', 'us-central1-b', 'us-central1-c', 'us-central1-f']);
    expect(zones('azure', 'swedencentral')).toEqual(['1', '2', '3']);
    for (const cloud of clouds) expect(catalogue.clouds[cloud]?.instanceTypes.length).toBeGreaterThan(5);
    expect(catalogue.clouds.aws?.instanceTypes.find(({ type }) => type === 't3a.medium')).toMatchObject({ arch: 'amd64', vcpu: 2, memoryGb: 4 });
    expect(JSON.stringify(catalogue).length).toBeLessThan(500_000);
  });
});
