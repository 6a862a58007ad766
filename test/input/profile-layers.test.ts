import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cloudSettings } from '../../src/core/profile.ts';
import { resolveProfile } from '../../src/input/profile-layers.ts';
import { resolveSettings } from '../../src/input/settings.ts';
import { problemOf, temporaryPlaces } from './temporary-places.ts';
import { profileSchema } from '../support/profile-schema.ts';

const needed = 'distro: fedora@44\ncloud: aws\n';

describe('a profile resolved from its layers', () => {
  it('takes each value from flag, environment, profile, labtui.yaml, user config, default: first wins', async () => {
    const files = {
      'work/lab.yaml': `${needed}count: 3\n`,
      'work/labtui.yaml': '# all of us\n\ncount: 4\n',
      'home/.config/labtui/config.yaml': 'count: 5\n',
    };
    const layers = [
      { given: { count: '1' }, variable: '2', left: Object.keys(files), count: 1, source: { from: 'flag', name: '--count' } },
      { given: {}, variable: '2', left: Object.keys(files), count: 2, source: { from: 'environment', name: 'LABTUI_COUNT' } },
      { given: {}, variable: '', left: Object.keys(files), count: 3, source: { from: 'profile', file: 'lab.yaml', line: 3 } },
      { given: {}, variable: '', left: ['work/labtui.yaml', 'home/.config/labtui/config.yaml'], count: 4, source: { from: 'labtui.yaml', file: 'labtui.yaml', line: 3 } },
      { given: {}, variable: '', left: ['home/.config/labtui/config.yaml'], count: 5, source: { from: 'config', file: '~/.config/labtui/config.yaml', line: 1 } },
      { given: {}, variable: '', left: [], count: 1, source: { from: 'default' } },
    ] as const;
    for (const { given, variable, left, count, source } of layers) {
      const kept = Object.entries(files).filter(([name]) => (left as readonly string[]).includes(name));
      const places = await temporaryPlaces({ 'work/lab.yaml': needed, ...Object.fromEntries(kept) }, { LABTUI_COUNT: variable });
      const { profile, sources } = await resolveProfile(places, { profile: 'lab', overrides: given });
      expect({ count: profile.count, source: sources.count }).toEqual({ count, source });
    }
  });

  it('merges mappings and tags key by key, replaces lists and values per cloud, and says where all of it is from', async () => {
    const places = await temporaryPlaces(
      {
        'work/lab.yaml': `${needed}disk: { sizeGb: 40 }\nregion: { aws: eu-west-1 }\ntags: { team: kernel, who: profile }\nssh:\n  allowFrom: [10.0.0.0/8, 192.0.2.1]\nttl: null\n`,
        'work/labtui.yaml': 'disk: { type: standard, sizeGb: 99 }\nregion: { gcp: europe-west3 }\ntags: { cost: "7", who: project }\nssh: { port: 2222 }\nquiet: true\n',
      },
      { LABTUI_TAG: 'ci=yes', LABTUI_ALLOW_FROM: '203.0.113.9' },
    );
    const { profile, sources, settings, settingSources, file } = await resolveProfile(places, { profile: './lab.yaml', overrides: { tag: ['who=flag'], set: ['spot.fallback=fail'] } });
    expect(profile).toEqual({
      ...profileSchema.parse({ distro: 'fedora@44', cloud: 'aws' }),
      disk: { sizeGb: 40, type: 'standard', iops: null, throughput: null, encrypted: true },
      region: { aws: 'eu-west-1' },
      tags: { cost: '7', team: 'kernel', ci: 'yes', who: 'flag' },
      ssh: { ...profileSchema.shape.ssh.parse({}), allowFrom: '203.0.113.9', port: 2222 },
      spot: { ...profileSchema.shape.spot.parse({}), fallback: 'fail' },
      ttl: null,
    });
    expect(sources).toMatchObject({
      'disk.sizeGb': { from: 'profile', file: 'lab.yaml', line: 3 },
      'disk.type': { from: 'labtui.yaml', file: 'labtui.yaml', line: 1 },
      'disk.iops': { from: 'default' },
      region: { from: 'profile', file: 'lab.yaml', line: 4 },
      ttl: { from: 'profile', file: 'lab.yaml', line: 8 },
      'tags.cost': { from: 'labtui.yaml', line: 3 },
      'tags.team': { from: 'profile', line: 5 },
      'tags.ci': { from: 'environment', name: 'LABTUI_TAG' },
      'tags.who': { from: 'flag', name: '--tag' },
      'ssh.allowFrom': { from: 'environment', name: 'LABTUI_ALLOW_FROM' },
      'ssh.port': { from: 'labtui.yaml', line: 4 },
      'spot.fallback': { from: 'flag', name: '--set' },
      name: { from: 'default' },
    });
    expect(file).toEqual({ name: 'lab', file: join(places.cwd, 'lab.yaml'), label: 'lab.yaml' });
    expect([settings.quiet, settingSources.quiet]).toEqual([true, { from: 'labtui.yaml', file: 'labtui.yaml', line: 5 }]);
  });

  it('needs no file at all, and finds the profile in LABTUI_PROFILE', async () => {
    const { profile, file } = await resolveProfile(await temporaryPlaces(), { overrides: { distro: ['arch'], cloud: ['aws'] } });
    expect([profile, file]).toEqual([profileSchema.parse({ distro: 'arch', cloud: 'aws' }), null]);
    const places = await temporaryPlaces({ 'work/profiles/ci.yml': needed }, { LABTUI_PROFILE: 'ci' });
    expect((await resolveProfile(places, {})).file?.label).toBe('profiles/ci.yml');
  });

  it('takes paths as seen from where they are written', async () => {
    const places = await temporaryPlaces({
      'home/.config/labtui/profiles/lab.yaml': `${needed}userData: { file: init.sh }\nlocal: { share: ../data }\n`,
      'home/.config/labtui/config.yaml': 'ssh: { key: ~/.ssh/id.pub }\nsessionsDir: labs\nterraformBin: tofu\n',
    });
    const { profile, settings } = await resolveProfile(places, { profile: 'lab' });
    const config = join(places.home, '.config/labtui');
    expect([profile.userData, cloudSettings(profile, 'local').local, profile.ssh.key]).toEqual([{ file: join(config, 'profiles/init.sh') }, { forward: [], share: join(config, 'data') }, join(places.home, '.ssh/id.pub')]);
    expect([settings.sessionsDir, settings.terraformBin]).toEqual([join(config, 'labs'), 'tofu']);
  });

  it('reads $XDG_CONFIG_HOME, or the file of --config in its place', async () => {
    const files = { 'xdg/labtui/config.yaml': `${needed}count: 7\n`, 'work/other.yaml': `${needed}count: 8\n` };
    const plain = await temporaryPlaces(files);
    const places = { ...plain, environment: { XDG_CONFIG_HOME: join(plain.cwd, '../xdg') } };
    expect((await resolveProfile(places, {})).profile.count).toBe(7);
    expect((await resolveProfile(places, { configFile: 'other.yaml' })).profile.count).toBe(8);
    expect(await problemOf(() => resolveProfile(places, { configFile: 'none.yaml' }))).toMatchObject({ kind: 'not-found', summary: '--config none.yaml: none.yaml does not exist' });
  });
});

describe('an error in a layer', () => {
  it.each([
    ['a flag', {}, { ttl: '5x' }, '--ttl 5x: expected a duration such as 15m, 4h or 2d, from 15m to 30d, or none'],
    ['a variable', { LABTUI_COUNT: 'x' }, {}, 'LABTUI_COUNT=x: expected a whole number'],
  ])('names %s', async (_, environment, overrides, summary) => {
    const places = await temporaryPlaces({ 'work/lab.yaml': needed }, environment);
    expect((await problemOf(() => resolveProfile(places, { profile: 'lab', overrides }))).summary).toBe(summary);
  });

  it.each([
    ['work/lab.yaml', `${needed}cuont: 1\n`, 'lab.yaml:3:1 unknown key "cuont", did you mean "count"?'],
    ['work/labtui.yaml', 'disk:\n  type: sdd\n', 'labtui.yaml:2:9 disk.type: unknown value "sdd", did you mean "ssd"?'],
    ['work/labtui.yaml', 'autoApprov: true\n', 'labtui.yaml:1:1 unknown key "autoApprov", did you mean "autoApprove"?'],
    ['home/.config/labtui/config.yaml', 'sessionsDir: 5\nparallelism: lots\n', '~/.config/labtui/config.yaml:2:14 parallelism: expected a number, got the text "lots"'],
    ['work/lab.yaml', 'quiet: true\n', 'lab.yaml:1:1 unknown key "quiet"'],
  ])('is located in %s', async (name, text, summary) => {
    const places = await temporaryPlaces({ 'work/lab.yaml': needed, [name]: text });
    expect((await problemOf(() => resolveProfile(places, { profile: 'lab' }))).summary).toBe(summary);
  });

  it('that only shows in the whole is located too', async () => {
    const tags = (prefix: string): string => Array.from({ length: 25 }, (_, index) => `  ${prefix}${index}: x\n`).join('');
    const places = await temporaryPlaces({ 'work/lab.yaml': `${needed}tags:\n${tags('a')}`, 'work/labtui.yaml': `tags:\n${tags('b')}` });
    expect((await problemOf(() => resolveProfile(places, { profile: 'lab' }))).summary).toBe('lab.yaml:4:3 tags: at most 40 tags');
  });

  it('that something is missing says where to put it', async () => {
    const places = await temporaryPlaces({ 'work/lab.yaml': 'cloud: aws\n', 'work/half.yaml': 'count: 2\n', 'work/labtui.yaml': '# nothing yet\n' });
    expect(await problemOf(() => resolveProfile(places, { profile: 'lab' }))).toMatchObject({ kind: 'invalid-input', summary: 'lab.yaml:1:1 missing key "distro"', hint: 'add distro: ubuntu' });
    expect((await problemOf(() => resolveProfile(places, { profile: 'half' }))).summary).toBe('half.yaml:1:1 missing key "distro" and "cloud"');
    expect(await problemOf(() => resolveProfile(places, {}))).toMatchObject({
      summary: 'no distro and no cloud given',
      hint: '--distro ubuntu --cloud aws   or   --profile NAME (labtui profiles list)',
    });
  });
});

describe('the settings', () => {
  it('come from flag, environment, labtui.yaml, user config and default, with their units', async () => {
    const places = await temporaryPlaces(
      { 'work/labtui.yaml': 'parallelism: 4\nmaxHourly: 2.5\ntimeout: 90s\nplain: true\n', 'home/.config/labtui/config.yaml': 'parallelism: 8\nsessionsDir: ~/labs\njson: true\n' },
      { LABTUI_PARALLELISM: '3', LABTUI_QUIET: 'yes', LABTUI_JSON: '', LABTUI_TERRAFORM_BIN: '' },
    );
    const { value, sources } = await resolveSettings(places, { settings: { autoApprove: true, plain: false, timeout: null, sessionsDir: undefined, maxHourly: '0.5' } });
    expect(value).toEqual({
      sessionsDir: join(places.home, 'labs'),
      terraformBin: null,
      json: false,
      plain: true,
      quiet: true,
      autoApprove: true,
      parallelism: 3,
      keepOnFailure: false,
      maxHourly: 0.5,
      requireProtection: false,
      timeoutMs: 90_000,
    });
    expect(sources).toMatchObject({
      autoApprove: { from: 'flag', name: '--auto-approve' },
      parallelism: { from: 'environment', name: 'LABTUI_PARALLELISM' },
      json: { from: 'environment', name: 'LABTUI_JSON' },
      timeout: { from: 'labtui.yaml', line: 3 },
      sessionsDir: { from: 'config', line: 2 },
      terraformBin: { from: 'default' },
    });
  });

  it.each([
    [{ LABTUI_AUTO_APPROVE: 'perhaps' }, {}, 'LABTUI_AUTO_APPROVE=perhaps: expected 1 or 0, true or false'],
    [{}, { timeout: '10' }, '--timeout 10: expected a duration such as 10m or 1h'],
    [{}, { parallelism: '0' }, '--parallelism 0: expected at least 1, got 0'],
  ])('refuse %j %j', async (environment, settings, summary) => {
    const places = await temporaryPlaces({}, environment);
    expect(await problemOf(() => resolveSettings(places, { settings }))).toMatchObject({ kind: 'invalid-input', summary });
  });
});
