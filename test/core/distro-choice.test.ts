import { describe, expect, it } from 'vitest';
import { chooseDistro, chooseImage } from '../../src/core/distro-choice.ts';
import type { Distro, DistroCatalogue, DistroImage, DistroVersion, ImageStatus } from '../../src/core/distro.ts';
import { LabError } from '../../src/core/errors.ts';
import type { Arch, CloudId } from '../../src/core/clouds.ts';

const today = new Date('2026-11-20T12:00:00Z');

function image(cloud: CloudId, arch: Arch, status: ImageStatus = 'available', more: Partial<DistroImage> = {}): DistroImage {
  const query = status === 'none' || status === 'bring' ? null : { slug: `${cloud}-${arch}` };
  return { cloud, arch, status, query, user: 'ex', init: 'cloud-init', sourceDate: '2026-11-20', confidence: 'high', ...more };
}

function version(name: string, more: Partial<DistroVersion> = {}): DistroVersion {
  return {
    version: name,
    codename: null,
    endOfLife: '2030-01-01',
    latestEligible: true,
    defaultUser: 'ex',
    serviceManager: 'systemd',
    images: [image('aws', 'amd64')],
    ...more,
  };
}

function distro(name: string, versions: readonly DistroVersion[]): Distro {
  return { name, title: name, aliases: [], homepage: null, versions, file: `${name}.yaml` };
}

function catalogue(...distros: readonly Distro[]): DistroCatalogue {
  return { find: (name) => distros.find((one) => one.name === name) ?? null, names: distros.map(({ name }) => name) };
}

const ubuntu = distro('ubuntu', [
  version('26.10', { latestEligible: false }),
  version('26.04', { codename: 'resolute' }),
  version('24.04', { codename: 'noble' }),
]);

function refusal(run: () => unknown): LabError {
  try {
    run();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const choose = (reference: string) => chooseDistro(catalogue(ubuntu, distro('fedora', [version('44'), version('43')])), reference).version.version;

describe('which version a distro reference means', () => {
  it.each([
    ['ubuntu', '26.04'],
    ['ubuntu@latest', '26.04'],
    ['Ubuntu@24.04', '24.04'],
    ['ubuntu@24', '24.04'],
    ['ubuntu@noble', '24.04'],
    ['ubuntu@26.10', '26.10'],
    ['fedora@43', '43'],
  ])('%s is %s', (reference, expected) => {
    expect(choose(reference)).toBe(expected);
  });

  it('refuses a beginning that several versions share, naming them', () => {
    const { problem } = refusal(() => choose('ubuntu@26'));
    expect(problem).toMatchObject({ kind: 'invalid-input', summary: 'ubuntu@26 can be 26.10 or 26.04' });
  });

  it('does not take the digits of a version for a beginning of it', () => {
    expect(refusal(() => choose('fedora@4')).problem.summary).toContain('fedora has no version "4"');
  });

  it('refuses an unknown version with the known ones', () => {
    expect(refusal(() => choose('fedora@45')).problem).toMatchObject({
      kind: 'invalid-input',
      summary: 'fedora has no version "45"',
      hint: 'known: fedora@44, fedora@43',
    });
    expect(refusal(() => choose('ubuntu@resolut')).problem.summary).toBe('ubuntu has no version "resolut", did you mean "resolute"?');
  });

  it('refuses an unknown distro with the nearest name and all known ones', () => {
    const { problem } = refusal(() => choose('fedroa@44'));
    expect(problem.summary).toBe('unknown distro "fedroa", did you mean "fedora"?');
    expect(problem.detail).toContain('ubuntu, fedora');
  });

  it.each(['', '@', 'ubuntu@', 'ubuntu@24@04'])('refuses "%s" as no distro at all', (reference) => {
    expect(refusal(() => choose(reference)).problem.kind).toBe('invalid-input');
  });

  it('says so when no version is supported any more', () => {
    const ended = distro('old', [version('1', { latestEligible: false })]);
    expect(refusal(() => chooseDistro(catalogue(ended), 'old')).problem.hint).toBe('known: old@1');
  });
});

describe('the image of a choice', () => {
  const rolling = version('rolling', {
    endOfLife: null,
    images: [
      image('aws', 'amd64', 'community', { notes: 'built by a private person' }),
      image('aws', 'arm64', 'none', { notes: 'amd64 only' }),
      image('azure', 'amd64', 'bring', { user: null }),
      image('gcp', 'amd64', 'unverified', { query: null }),
      image('libvirt', 'amd64'),
      image('local', 'amd64'),
    ],
  });
  const arch = { distro: distro('arch', [rolling]), version: rolling };
  const options = { pinned: false, today };

  it('comes with its query, user and start, and no warning when it is the official one', () => {
    expect(chooseImage(arch, 'local', 'amd64', options)).toEqual({
      query: { slug: 'local-amd64' },
      user: 'ex',
      init: 'cloud-init',
      warnings: [],
    });
  });

  it('is refused where there is none, with the clouds and architectures that have one', () => {
    const { problem } = refusal(() => chooseImage(arch, 'aws', 'arm64', options));
    expect(problem.kind).toBe('image');
    expect(problem.summary).toBe('arch@rolling has no image on aws for arm64');
    expect(problem.detail).toBe('amd64 only\nit is on: aws (amd64), libvirt (amd64), local (amd64)');
    expect(refusal(() => chooseImage(arch, 'hetzner', 'amd64', options)).problem.detail).toBe(
      'it is on: aws (amd64), libvirt (amd64), local (amd64)',
    );
  });

  it('is refused where one must be brought or none can be found, unless the profile pins one', () => {
    expect(refusal(() => chooseImage(arch, 'azure', 'amd64', options)).problem).toMatchObject({
      kind: 'image',
      hint: 'choose one of these, or name an image of your own: --image ID',
    });
    expect(refusal(() => chooseImage(arch, 'gcp', 'amd64', options)).problem.summary).toContain('that labtui knows how to find');
    expect(chooseImage(arch, 'azure', 'amd64', { pinned: true, today, login: 'any' })).toMatchObject({ query: null, user: null, warnings: [] });
  });

  it('that is pinned is logged in to as the cloud does it: as the image, as root, or by any name', () => {
    const user = (login?: 'image' | 'root' | 'any') => chooseImage(arch, 'hetzner', 'arm64', { pinned: true, today, login }).user;
    expect([user(), user('image'), user('root'), user('any')]).toEqual(['ex', 'ex', 'root', null]);
  });

  it('warns of a community image with what is known of it', () => {
    expect(chooseImage(arch, 'aws', 'amd64', options).warnings).toEqual([
      {
        kind: 'image',
        summary: "the image of arch@rolling on aws (amd64) is a community's, not the distribution's own",
        detail: 'built by a private person',
      },
    ]);
  });

  it('warns from the day after its end of life on, once, naming the newest version', () => {
    const old = version('42', { endOfLife: '2026-11-19', latestEligible: false, images: [image('aws', 'amd64', 'eol')] });
    const fedora = distro('fedora', [version('44'), old]);
    const warn = (day: string) =>
      chooseImage({ distro: fedora, version: old }, 'aws', 'amd64', { pinned: false, today: new Date(`${day}T23:00:00Z`) }).warnings;
    expect(warn('2026-11-20')).toEqual([
      {
        kind: 'image',
        summary: 'fedora@42 is past its end of life (2026-11-19): no more security updates',
        hint: 'newest: --distro fedora@44',
      },
    ]);
    expect(warn('2026-11-19').map(({ summary }) => summary)).toEqual(['the image of fedora@42 on aws (amd64) is no longer maintained']);
  });

  it('warns of an image that was not confirmed lately, with the day', () => {
    const doubtful = version('9', { images: [image('hetzner', 'amd64', 'unverified')] });
    const { warnings } = chooseImage({ distro: distro('ol', [doubtful]), version: doubtful }, 'hetzner', 'amd64', options);
    expect(warnings.map(({ summary }) => summary)).toEqual([
      'the image of ol@9 on hetzner (amd64) was not confirmed lately (as of 2026-11-20)',
    ]);
  });
});
