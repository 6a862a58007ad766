import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, type Workplace } from '../support/labtui.ts';

let place: Workplace;
beforeAll(() => {
  place = createWorkplace({ AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
});
afterAll(() => place.remove());

const write = (name: string, text: string): string => {
  const file = join(place.cwd, name);
  writeFileSync(file, text);
  return file;
};

describe('usage (2)', () => {
  it.each([
    [['aply'], 'Did you mean apply?'],
    [['apply', '--distor', 'debian'], 'Did you mean --distro?'],
    [['destroy', '-y'], 'destroy which session?'],
    [['exec', 'x'], 'what is to be run?'],
    [['events'], 'events of which session?'],
    [['regions'], "required option '-c, --cloud <cloud>' not specified"],
    [['list', 'extra'], 'too many arguments'],
    [['cleanup', '--all', '--expired'], 'exclude one another'],
    [['apply', '-y', '--timeout', 'soon', '--distro', 'debian', '--cloud', 'aws'], '--timeout soon'],
    [['apply', '-y', '--session', 'a', '--profile', 'b'], 'exclude each other'],
    [['cache', 'prune', '--older-than', 'soon'], '--older-than soon'],
    [['cache', 'prune', '--max-size', 'big'], '--max-size big'],
    [['cache', 'prnue'], 'Did you mean prune?'],
    [['image', 'build', 'debian', '--arch', 'riscv'], 'Allowed choices are amd64, arm64'],
  ])('%j', async (args, message) => {
    const run = await place.run(args);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(message);
    expect(run.stdout).toBe('');
  });

  it('labtui alone prints help on stderr', async () => {
    const run = await place.run([]);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('Usage: labtui');
  });

  it('--help is 0 and has examples', async () => {
    const run = await place.run(['apply', '--help']);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('labtui apply --distro debian@12 --cloud aws');
    expect(run.stdout).toContain('--allow-from');
  });
});

describe('bad input (3) names the place and leaves no session', () => {
  const profile = (text: string) => `distro: debian@12\ncloud: aws\nssh: { allowFrom: 198.51.100.7 }\n${text}`;
  it.each([
    ['an unknown key', 'ditsro: fedora\n', 'bad.yaml:4:1 unknown key "ditsro", did you mean "distro"?'],
    ['a wrong type', 'count: many\n', 'bad.yaml:4:8'],
    ['a TTL that is too short', 'ttl: 5m\n', 'from 15m to 30d'],
    ['a path in the name', 'name: ../../etc\n', 'a name has only a-z, 0-9 and -'],
    ['shell characters in the name', 'name: "lab;rm -rf"\n', 'a name has only a-z, 0-9 and -'],
    ['an impossible region', 'region: eu-wset-1\n', 'did you mean "eu-west-1"?'],
    ['an impossible size', 'size: hugest\n', 'hugest'],
    ['an architecture without image', 'distro: arch\narch: arm64\n', 'arch'],
  ])('%s', async (_, text, message) => {
    write('bad.yaml', text.startsWith('distro') ? `${text}cloud: aws\n` : profile(text));
    const run = await place.run(['apply', '--profile', './bad.yaml', '-y']);
    expect(run.stderr).toContain(message);
    expect(run.exitCode).toBe(3);
    expect((await place.run(['list', '--json'])).json()).toEqual([]);
  });

  it.each([
    [['--distro', 'debain', '--cloud', 'aws'], 'did you mean "debian"?'],
    [['--distro', 'debian', '--cloud', 'hetzner'], 'cannot create machines on'],
    [['--distro', 'debian', '--cloud', 'asw'], 'asw'],
    [['--distro', 'gentoo', '--cloud', 'aws'], 'linode'],
    [['--distro', 'debian', '--cloud', 'aws', '--allow-from', '10.0.0.0/99'], '--allow-from'],
    [['--profile', 'nowhere'], 'no profile "nowhere"'],
  ])('%j', async (args, message) => {
    const run = await place.run(['apply', '-y', ...args]);
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain(message);
  });

  it.each([
    [['image', 'build', 'debain'], 'did you mean "debian"?'],
    [['image', 'build', 'fedora@44'], 'only of debian and ubuntu'],
    [['image', 'build', 'debian', '--mirror', 'nowhere'], 'no mirror'],
  ])('%j', async (args, message) => {
    expect(await place.run(args)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(message) });
  });

  it('cleanup of nothing is done (0), and says so as a result', async () => {
    const run = await place.run(['cleanup', '--expired', '-y', '--json']);
    expect(run.events).toMatchObject([{ type: 'result', ok: true, exitCode: 0 }]);
  });

  it('an unknown session, with the near ones', async () => {
    expect(await place.run(['show', 'nothing'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('nothing') });
  });

  it('with --json the last line is the result', async () => {
    const run = await place.run(['apply', '-y', '--json', '--distro', 'debain', '--cloud', 'aws']);
    expect(run.exitCode).toBe(3);
    expect(run.events.map(({ type }) => type)).toContain('diagnostic');
    expect(run.events.at(-1)).toMatchObject({ type: 'result', ok: false, exitCode: 3 });
  });

  it.each([
    [['apply', '-y', '--profile', './broken.yaml'], 3],
    [['apply', '--distro', 'debian', '--cloud', 'aws'], 8],
    [['plan', '--profile', 'nowhere'], 3],
    [['destroy', 'nothing', '-y'], 3],
    [['destroy', '-y'], 2],
  ])('%j --json: diagnostic and result, each with the members of every event', async (args, exitCode) => {
    write('broken.yaml', 'ditsro: fedora\n');
    const run = await place.run([...args, '--json']);
    expect(run.exitCode).toBe(exitCode);
    expect(run.events.map(({ type }) => type)).toEqual(['diagnostic', 'result']);
    expect(run.events.at(-1)).toMatchObject({ v: 1, session: null, stack: null, ok: false, exitCode, phase: 'failed' });
    for (const event of run.events) expect(Object.keys(event)).toEqual(expect.arrayContaining(['v', 'time', 'session', 'stack', 'type']));
  });
});

describe('prerequisites (4), known before anything is created', () => {
  const lab = ['apply', '-y', '--json', '--distro', 'debian@12', '--cloud', 'aws', '--region', 'eu-west-1', '--allow-from', '198.51.100.7'];
  const script = (name: string, text: string): string => {
    const file = write(name, text);
    chmodSync(file, 0o755);
    return file;
  };
  it.each([
    ['no terraform', () => join(place.cwd, 'no-such-terraform')],
    ['a too old one', () => script('old-terraform', '#!/bin/sh\necho \'{"terraform_version":"1.4.6"}\'\n')],
    ['a broken one', () => script('broken-terraform', '#!/bin/sh\necho oops\nexit 7\n')],
  ])('%s', async (_, binary) => {
    const run = await place.run([...lab, '--terraform-bin', binary()]);
    expect(run.exitCode).toBe(4);
    expect(run.events.find(({ type }) => type === 'diagnostic')).toMatchObject({ kind: 'prerequisite' });
    expect((await place.run(['list', '--json', '--all'])).json()).toEqual([]);
  });

  it('a key file that is not there', async () => {
    const run = await place.run([...lab, '--ssh-key', './nobody.pub']);
    expect(run.exitCode).toBe(4);
    expect(run.stdout).toContain('nobody.pub');
  });
});

describe('approval (8)', () => {
  it.each([
    [['apply', '--distro', 'debian', '--cloud', 'aws']],
    [['apply', '--distro', 'debian', '--cloud', 'aws', '--json']],
  ])('%j refuses instead of hanging', async (args) => {
    const run = await place.run(args);
    expect(run.exitCode).toBe(8);
    expect(run.stdout + run.stderr).toContain('--auto-approve');
  });
});

describe('queries', () => {
  it.each([['clouds'], ['distros', 'list'], ['regions', '--cloud', 'aws'], ['sizes', '--cloud', 'gcp'], ['list'], ['profiles', 'list']])(
    '%s prints a table, and one JSON document with --json',
    async (...args) => {
      const text = await place.run(args);
      expect(text.exitCode).toBe(0);
      const json = await place.run([...args, '--json']);
      expect(json.exitCode).toBe(0);
      expect(json.json()).toBeTypeOf('object');
      expect(json.stderr).toBe('');
    },
  );

  it('never colours what is no terminal, and NO_COLOR holds anyway', async () => {
    const run = await place.run(['clouds'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
    expect(run.stdout).not.toMatch(/\u001b\[/);
  });

  it('profiles show says where every value came from, in the order of the contract', async () => {
    mkdirSync(join(place.cwd, 'profiles'), { recursive: true });
    writeFileSync(join(place.cwd, 'profiles/layers.yaml'), 'distro: debian@12\ncloud: aws\nttl: 2h\nsize: medium\n');
    writeFileSync(join(place.cwd, 'labtui.yaml'), 'size: large\ndisk: { sizeGb: 33 }\n');
    const run = await place.run(['profiles', 'show', 'layers', '--json', '--ttl', '1h'], { env: { LABTUI_ARCH: 'arm64', LABTUI_TTL: '3h' } });
    expect(run.json()).toMatchObject({
      profile: { distro: 'debian@12', ttl: '1h', arch: 'arm64', size: 'medium', disk: { sizeGb: 33 }, count: 1 },
      sources: {
        ttl: { from: 'flag', name: '--ttl' },
        arch: { from: 'environment', name: 'LABTUI_ARCH' },
        size: { from: 'profile', line: 4 },
        'disk.sizeGb': { from: 'labtui.yaml', line: 2 },
        count: { from: 'default' },
      },
    });
  });

  it('settings come from the environment and from labtui.yaml too', async () => {
    expect((await place.run(['list'], { env: { LABTUI_JSON: '1' } })).json()).toEqual([]);
    const cwd = join(place.home, 'elsewhere');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'labtui.yaml'), 'json: true\n');
    expect((await place.run(['list'], { cwd })).json()).toEqual([]);
  });

  it('a profile from init validates', async () => {
    const file = join(place.cwd, 'fresh.yaml');
    expect(await place.run(['profiles', 'init', file, '--distro', 'rocky', '--cloud', 'aws'])).toMatchObject({ exitCode: 0 });
    expect(await place.run(['profiles', 'validate', file])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('ok') });
    expect(await place.run(['profiles', 'init', file])).toMatchObject({ exitCode: 3 });
  });

  it('profiles show without a profile is what holds for any lab here', async () => {
    const cwd = join(place.home, 'configured');
    mkdirSync(cwd);
    expect((await place.run(['profiles', 'show', '--json'], { cwd })).json()).toMatchObject({ file: null, sources: { distro: { from: 'default' }, cloud: { from: 'default' } } });
    writeFileSync(join(cwd, 'labtui.yaml'), 'cloud: gcp\nttl: 8h\n');
    const run = await place.run(['profiles', 'show', '--json'], { cwd, env: { LABTUI_ARCH: 'arm64' } });
    expect(run.json()).toMatchObject({ profile: { cloud: 'gcp', ttl: '8h', arch: 'arm64' }, sources: { distro: { from: 'default' }, cloud: { from: 'labtui.yaml', line: 1 }, arch: { from: 'environment' } } });
    expect(await place.run(['profiles', 'show', 'no-such', '--json'], { cwd })).toMatchObject({ exitCode: 3 });
  });

  it('profiles init writes what flags and another profile say', async () => {
    const cwd = join(place.home, 'copied');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'labtui.yaml'), 'ttl: 8h\ncount: 2\n');
    writeFileSync(join(cwd, 'first.yaml'), 'distro: rocky@9\ncloud: [aws, gcp]\nssh: { port: 2222 }\ntags: { a.b: "1" }\n');
    const { stdout, exitCode } = await place.run(['profiles', 'init', '--profile', 'first', '--distro', 'fedora@44', '--disk', '40', '--tag', 'team=kernel'], { cwd });
    expect(exitCode).toBe(0);
    const settings = stdout.split('\n').filter((line) => /^[a-z]/i.test(line)).map((line) => line.replace(/ +# .*/, ''));
    // The TTL of the configuration is written, since a starter always says one; the count goes on coming from there.
    expect(settings).toEqual(['distro: fedora@44', 'cloud: [ aws, gcp ]', 'size: lab', 'ttl: 8h', 'disk: { sizeGb: 40 }', 'ssh: { port: 2222 }', 'tags: { a.b: "1", team: kernel }']);
  });

  it('clouds --json says which can be rehearsed, and how their types are written', async () => {
    const rows = (await place.run(['clouds', '--json'])).json() as readonly { id: string; simulated: boolean; instanceTypePattern: string }[];
    expect(rows.filter(({ simulated }) => simulated).map(({ id }) => id)).toEqual(['aws', 'azure', 'gcp']);
    for (const [id, type] of [['aws', 't3.large'], ['azure', 'Standard_B2ls_v2'], ['gcp', 'e2-medium']] as const) {
      expect(new RegExp(rows.find((row) => row.id === id)?.instanceTypePattern ?? 'none').test(type)).toBe(true);
    }
  });

  it.each(['bash', 'zsh', 'fish'])('completion %s knows the commands', async (shell) => {
    const run = await place.run(['completion', shell]);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('ssh-config');
    expect(run.stdout).toContain('allow-from');
  });
});
