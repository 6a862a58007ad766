import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { clouds as registered } from '../../src/clouds/registry.ts';
import { chooseDistro } from '../../src/core/distro-choice.ts';
import type { DistroImage } from '../../src/core/distro.ts';
import { LabError } from '../../src/core/errors.ts';
import { packagedDistros } from '../../src/input/distro-folders.ts';
import { createDistroCatalogue, distroFolders, type InstalledDistros } from '../../src/input/distros.ts';

const packaged = packagedDistros() ?? '';
const facts = registered.all.map((cloud) => cloud.facts);
const catalogue = createDistroCatalogue([packaged], facts);

/** What was collected on 2026-11-20, one row for each distro, version, cloud and architecture: made from the sources, not from the YAML files. */
const snapshot = z
  .object({
    versions: z.array(
      z.object({
        distro: z.string(),
        version: z.string(),
        codename: z.string().nullable(),
        endOfLife: z.string().nullable(),
        supported: z.boolean(),
        serviceManager: z.string(),
      }),
    ),
    images: z.array(
      z.object({
        distro: z.string(),
        version: z.string(),
        cloud: z.string(),
        arch: z.string(),
        status: z.string(),
        confidence: z.string().optional(),
        init: z.string().optional(),
        user: z.string().nullish(),
        query: z.unknown().optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('./images.snapshot.json', import.meta.url), 'utf8')));

describe('the packaged distributions', () => {
  it('are all right', () => {
    expect(catalogue.check().filter(({ problem }) => problem !== null)).toEqual([]);
  });

  it('have the versions that were collected, newest first, the ended ones no choice of latest', async () => {
    const distros = await catalogue.all();
    const listed = distros.flatMap((distro) =>
      distro.versions.map(({ version, codename, endOfLife, latestEligible, serviceManager }) => ({
        distro: distro.name,
        version,
        codename,
        endOfLife,
        supported: latestEligible,
        serviceManager,
      })),
    );
    const order = (row: { readonly distro: string; readonly version: string }) => `${row.distro} ${row.version}`;
    const sorted = (rows: typeof snapshot.versions) => rows.toSorted((a, b) => order(a).localeCompare(order(b)));
    expect(sorted(listed)).toEqual(sorted(snapshot.versions));
    for (const { versions, name } of distros) {
      const numbers = versions.map(({ version }) => Number(version)).filter((number) => !Number.isNaN(number));
      expect(numbers, name).toEqual(numbers.toSorted((a, b) => b - a));
    }
  });

  it('find every image as it was collected, and no other', async () => {
    const distros = await catalogue.all();
    const key = (...parts: readonly string[]) => parts.join(' ');
    const found = new Map<string, DistroImage>();
    for (const { name, versions } of distros) {
      for (const { version, images } of versions) {
        for (const image of images) {
          const at = key(name, version, image.cloud, image.arch);
          expect(found.has(at), at).toBe(false);
          // A host of one's own takes the image files of this computer: no row of its own was collected.
          if (image.cloud === 'libvirt') {
            const local = images.find((other) => other.cloud === 'local' && other.arch === image.arch);
            expect(image, at).toEqual({ ...local, cloud: 'libvirt' });
            continue;
          }
          found.set(at, image);
        }
      }
    }
    const collected = snapshot.images.filter(({ status }) => status !== 'none');
    const none = [...found].filter(([, { status }]) => status === 'none').map(([at]) => at);
    expect([...found.keys()].filter((at) => !none.includes(at)).toSorted()).toEqual(
      collected.map((row) => key(row.distro, row.version, row.cloud, row.arch)).toSorted(),
    );
    expect(collected.length).toBeGreaterThan(340);
    for (const row of collected) {
      const at = key(row.distro, row.version, row.cloud, row.arch);
      const image = found.get(at);
      const { status, confidence, init, query } = row;
      expect({ status: image?.status, confidence: image?.confidence, init: image?.init, query: image?.query }, at).toEqual({
        status,
        confidence,
        init,
        query,
      });
      if (row.user !== undefined) expect(image?.user, at).toBe(row.user);
      expect(image?.sourceDate, at).toBe('2026-11-20');
    }
  });

  it.each([
    ['ubuntu', 'ubuntu', '26.04'],
    ['debian', 'debian', '13'],
    ['fedora', 'fedora', '44'],
    ['rocky', 'rocky', '10'],
    ['arch', 'arch', 'rolling'],
    ['alma', 'almalinux', '10'],
    ['opensuse', 'opensuse-leap', '16.0'],
    ['amazon', 'amazon-linux', '2023'],
    ['al2023', 'amazon-linux', '2023'],
    ['centos@9', 'centos-stream', '9'],
    ['oracle', 'oracle-linux', '10'],
    ['suse@15', 'sles', '15.7'],
    ['flatcar', 'flatcar', 'stable'],
  ])('%s is %s@%s', (reference, name, version) => {
    const choice = chooseDistro(catalogue, reference);
    expect([choice.distro.name, choice.version.version]).toEqual([name, version]);
  });

  it('have aliases that are neither names nor each other\'s', async () => {
    const words = (await catalogue.all()).flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('a folder of one\'s own', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'labtui-distros-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const write = (file: string, text: string) => {
    const path = join(root, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const mine = (extra = '') => `title: Mine
aliases: [own]
sourceDate: 2026-11-20
user: me
versions:
  - version: "7"
    images:
      aws: { owners: ["123456789012"], name: "mine-7-{arch}-*" }
${extra}`;
  const open = (): InstalledDistros => createDistroCatalogue([...distroFolders({ cwd: root, configHome: join(root, 'config') })], facts);

  it('adds a distribution, by name and alias, without a line of code', () => {
    const file = write('config/labtui/distros/mine.yaml', mine());
    const distros = open();
    expect(distros.names).toContain('mine');
    expect(distros.find('own')).toBe(distros.find('mine'));
    expect(distros.find('mine')?.file).toBe(file);
    expect(distros.find('mine')?.versions[0]?.images).toMatchObject([
      { cloud: 'aws', arch: 'amd64', status: 'available', user: 'me', init: 'cloud-init', query: { namePattern: 'mine-7-amd64-*' } },
      { cloud: 'aws', arch: 'arm64', query: { owners: ['123456789012'], namePattern: 'mine-7-arm64-*', newestBy: 'date' } },
    ]);
  });

  it('wins over the packaged file of the same name, the working directory over the configuration, and says so', () => {
    write('config/labtui/distros/fedora.yaml', mine());
    const nearest = write('distros/fedora.yaml', mine().replace('Mine', 'Nearest'));
    const distros = open();
    expect(distros.find('fedora')).toMatchObject({ title: 'Nearest', file: nearest });
    const row = distros.check().find(({ name }) => name === 'fedora');
    expect(row).toMatchObject({ file: nearest, replaces: join(root, 'config/labtui/distros/fedora.yaml'), problem: null });
  });

  it('is not read beyond the file that has the name asked for', () => {
    write('distros/mine.yaml', mine());
    write('distros/broken.yaml', 'title: [');
    const distros = open();
    expect(distros.find('mine')?.title).toBe('Mine');
    expect(distros.find('own')?.title).toBe('Mine');
    expect(() => distros.find('no-such-distro')).toThrow('broken.yaml');
    expect(distros.check().filter(({ problem }) => problem !== null).map(({ name }) => name)).toEqual(['broken']);
  });

  it('fills common fields in for the versions that list the cloud, each architecture on its own', () => {
    write(
      'distros/mine.yaml',
      `title: Mine
sourceDate: 2026-11-20
user: me
init: ignition
common:
  aws: { owners: ["123456789012"], user: admin, arm64: { confidence: medium } }
  gcp: { project: mine }
  linode: { status: unverified, notes: not seen }
versions:
  - version: 2.10
    user: you
    images:
      aws: { name: "mine-{cpu}", arm64: { status: community } }
      gcp: { family: { amd64: mine-2 }, arm64: none-yet }
`.replace('arm64: none-yet', 'arm64: { status: none }'),
    );
    const [version] = open().find('mine')?.versions ?? [];
    expect(version?.version).toBe('2.10');
    expect(version?.images).toMatchObject([
      { cloud: 'aws', arch: 'amd64', status: 'available', confidence: 'high', user: 'admin', query: { namePattern: 'mine-x86_64' } },
      { cloud: 'aws', arch: 'arm64', status: 'community', confidence: 'medium', init: 'ignition', query: { namePattern: 'mine-aarch64' } },
      { cloud: 'gcp', arch: 'amd64', user: null, query: { project: 'mine', family: 'mine-2', name: null } },
      { cloud: 'gcp', arch: 'arm64', status: 'none', query: null },
    ]);
  });

  const refusal = (text: string): LabError => {
    write('distros/mine.yaml', text);
    try {
      open().find('mine');
    } catch (error) {
      if (error instanceof LabError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  it.each([
    ['an unknown key', mine().replace('user: me', 'user: me\nusr: me'), /mine\.yaml:5:1 unknown key "usr", did you mean "user"\?/],
    ['an unknown cloud', mine().replace('aws:', 'asw:'), /mine\.yaml:8:7 unknown key "asw", did you mean "aws"\?/],
    ['an unknown field of a cloud', mine().replace('name:', 'nane:'), /mine\.yaml:8:40 unknown key "nane", did you mean "name"\?/],
    ['a wrong status', mine('      gcp: { project: a, family: b, status: avaliable }'), /mine\.yaml:9:45 .*unknown value "avaliable", did you mean "available"\?/],
    ['a missing key', mine().replace('sourceDate: 2026-11-20\n', ''), /missing key "sourceDate"/],
    ['a placeholder that does not exist', mine().replace('{arch}', '{arc}'), /mine\.yaml:8:46 .*only \{arch\} .* and \{cpu\}/],
    ['a name without owner', mine().replace('owners: ["123456789012"], ', ''), /mine\.yaml:8:7 .*needs owners and name, or ssm/],
    ['an image that cannot be found', mine('      local: { checksum: sha256 }'), /mine\.yaml:9:7 .*amd64 image is found: needs url/],
    ['an owner that is none', mine().replace('123456789012', 'canonical'), /account id of 12 digits/],
    ['a day that is none', mine().replace('2026-11-20', 'yesterday'), /mine\.yaml:3:13 .*expected a day/],
    ['a version listed twice', `${mine()}  - { version: "7", images: {} }`, /mine\.yaml:9:16 .*version 7 is listed twice/],
    ['no version', mine().replace(/versions:[^]*/, 'versions: []'), /mine\.yaml:5:11 .*must not be an empty list/],
  ])('refuses %s at its line and column', (_what, text, message) => {
    const { problem } = refusal(text);
    expect(problem.kind).toBe('invalid-input');
    expect(problem.summary).toMatch(message);
    expect(problem.summary.startsWith(join(root, 'distros/mine.yaml:'))).toBe(true);
  });

  it('shows the line and what is allowed', () => {
    const { detail } = refusal(mine().replace('aws:', 'asw:')).problem;
    expect(detail).toContain('asw: { owners');
    expect(detail).toContain('allowed here: aws, azure, gcp, digitalocean, hetzner, linode, local');
  });

  it('is never left by a name', () => {
    write('mine.yaml', mine());
    expect(open().find('../mine')).toBeNull();
  });
});
