import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProfile, readProfile } from '../../src/input/profile-file.ts';
import { listProfiles } from '../../src/input/profile-list.ts';
import { starterProfile } from '../../src/input/starter-profile.ts';
import { readUserData } from '../../src/input/user-data.ts';
import { readYamlText } from '../../src/input/yaml-file.ts';
import { problemOf, temporaryPlaces } from './temporary-places.ts';
import { profileSchema } from '../support/profile-schema.ts';

const needed = 'distro: fedora@44\ncloud: [aws, gcp]\n';

describe('--profile', () => {
  const user = 'home/.config/labtui/profiles';
  it.each([
    ['lab', ['work/lab.yaml', 'work/profiles/lab.yaml', `${user}/lab.yaml`], 'lab.yaml'],
    ['lab', ['work/lab.yml', 'work/profiles/lab.yaml'], 'lab.yml'],
    ['lab', ['work/profiles/lab.yaml', `${user}/lab.yaml`], 'profiles/lab.yaml'],
    ['lab', [`${user}/lab.yml`], '~/.config/labtui/profiles/lab.yml'],
    ['lab.yaml', ['work/lab.yaml', 'work/profiles/lab.yaml'], 'lab.yaml'],
    ['profiles/lab.yaml', ['work/profiles/lab.yaml'], 'profiles/lab.yaml'],
    ['./x/lab', ['work/x/lab'], 'x/lab'],
    ['~/lab.yaml', ['home/lab.yaml'], '~/lab.yaml'],
    ['kernel.v2', ['work/kernel.v2.yaml'], 'kernel.v2.yaml'],
  ])('%s with %j is %s', async (reference, files, label) => {
    const places = await temporaryPlaces(Object.fromEntries(files.map((file) => [file, needed])));
    expect((await findProfile(reference, places)).label).toBe(label);
  });

  it('says where it looked, and what is near', async () => {
    const places = await temporaryPlaces({ [`${user}/kernel-lab.yaml`]: needed, 'work/profiles/other.yaml': needed });
    expect(await problemOf(() => findProfile('kernel-lba', places))).toEqual({
      kind: 'not-found',
      summary: 'no profile "kernel-lba", did you mean "kernel-lab"?',
      detail: 'looked for: kernel-lba.yaml, profiles/kernel-lba.yaml, ~/.config/labtui/profiles/kernel-lba.yaml',
      hint: 'labtui profiles list',
    });
    expect(await problemOf(() => findProfile('./profiles/othre.yaml', places))).toMatchObject({
      kind: 'not-found',
      summary: 'no profile at profiles/othre.yaml, did you mean "profiles/other.yaml"?',
    });
    expect((await problemOf(() => findProfile('\u001b[2J', places))).summary).toBe('no profile "?[2J"');
    expect(await problemOf(() => findProfile('', places))).toMatchObject({ kind: 'invalid-input' });
  });

  it('checks a file by itself', async () => {
    const places = await temporaryPlaces({ 'work/lab.yaml': needed, 'work/bad.yaml': 'distro: fedora\n' });
    await mkdir(join(places.cwd, 'folder.yaml'));
    expect((await readProfile('lab', places)).yaml.value.cloud).toEqual(['aws', 'gcp']);
    expect((await problemOf(() => readProfile('bad', places))).summary).toBe('bad.yaml:1:1 missing key "cloud"');
    expect((await problemOf(() => readProfile('folder', places))).summary).toBe('folder.yaml is a directory, not a file');
  });
});

it('profiles are listed with their places and problems, other YAML of the directory is not', async () => {
  const places = await temporaryPlaces({
    'work/lab.yaml': needed,
    'work/labtui.yaml': 'cloud: aws\n',
    'work/compose.yaml': 'services: {}\n',
    'work/latin.yaml': Buffer.from('distro: \u00fc\n', 'latin1'),
    'work/profiles/lab.yaml': 'distro: arch\n',
    'work/profiles/bad.yml': 'distor: arch\n',
    'work/profiles/notes.txt': 'distro: arch\n',
    'home/.config/labtui/profiles/mine.yaml': 'size: large\n',
  });
  expect((await listProfiles(places)).map(({ label, distro, cloud, size, shadowed, problem }) => [label, distro, cloud, size, shadowed, problem])).toEqual([
    ['lab.yaml', ['fedora@44'], ['aws', 'gcp'], null, false, null],
    ['profiles/bad.yml', [], [], null, false, 'profiles/bad.yml:1:1 unknown key "distor", did you mean "distro"?'],
    ['profiles/lab.yaml', ['arch'], [], null, true, null],
    ['~/.config/labtui/profiles/mine.yaml', [], [], 'large', false, null],
  ]);
  expect(await listProfiles(await temporaryPlaces())).toEqual([]);
});

describe('a starter profile', () => {
  it('is valid as it is, and says the defaults', () => {
    expect(readYamlText(starterProfile(), 'lab.yaml', profileSchema).value).toEqual(profileSchema.parse({ distro: 'ubuntu', cloud: 'aws' }));
    const given = { name: 'kernel-lab', distro: 'fedora@44', cloud: 'aws:eu-west-1', size: 'large', ttl: '2h' };
    expect(readYamlText(starterProfile(given), 'lab.yaml', profileSchema).value).toEqual(profileSchema.parse(given));
  });

  it('is valid with any one of its comments taken away', () => {
    const lines = starterProfile().split('\n');
    const optional = lines.flatMap((line, index) => (/^# [a-zA-Z]+: /.test(line) ? [index] : [])).filter((index) => index > 0);
    expect(optional.length).toBeGreaterThan(10);
    for (const index of optional) {
      const text = lines.map((line, at) => (at === index ? line.slice(2) : line)).join('\n');
      expect(readYamlText(text, 'lab.yaml', profileSchema).value).toBeDefined();
    }
  });

  it('puts in quotes what would be read as something else', async () => {
    expect((await problemOf(() => readYamlText(starterProfile({ distro: '[a: b' }), 'lab.yaml', profileSchema))).summary).toBe(
      'lab.yaml:3:9 distro: a distro is written name or name@version, such as fedora@44',
    );
  });
});

describe('user data', () => {
  it('is the text, or the text of its file', async () => {
    const places = await temporaryPlaces({ 'work/init.sh': '#!/bin/sh\necho \u00fc\n' });
    expect(await readUserData(null, places)).toBeNull();
    expect(await readUserData('#!/bin/sh\n', places)).toBe('#!/bin/sh\n');
    expect(await readUserData({ file: join(places.cwd, 'init.sh') }, places)).toBe('#!/bin/sh\necho \u00fc\n');
  });

  it.each([
    ['none.sh', 'not-found', 'user data file none.sh does not exist'],
    ['elf', 'invalid-input', 'user data file elf is binary, not text'],
    ['large', 'invalid-input', 'user data file large is larger than 1 MiB'],
    ['latin', 'invalid-input', 'user data file latin:1:3 not UTF-8 text'],
  ])('in %s is refused', async (file, kind, summary) => {
    const places = await temporaryPlaces({ 'work/elf': '\u007fELF\0', 'work/large': 'x'.repeat(1_048_577), 'work/latin': Buffer.from([0x23, 0x20, 0xfc]) });
    expect(await problemOf(() => readUserData({ file }, places))).toMatchObject({ kind, summary });
  });
});
