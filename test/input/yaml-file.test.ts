import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readYamlFile, readYamlText } from '../../src/input/yaml-file.ts';
import { problemOf, temporaryPlaces } from './temporary-places.ts';
import { profileSchema } from '../support/profile-schema.ts';

const topKeys = Object.keys(profileSchema.shape).join(', ');
const read = (text: string) => readYamlText(text, 'lab.yaml', profileSchema);
const needed = 'distro: fedora\ncloud: aws\n';

describe('an error in a profile', () => {
  it('shows file, line, column, the line itself and what is allowed', async () => {
    const problem = await problemOf(() => read('name: kernel-lab\ncloud: aws\nditsro: fedora\n'));
    expect(problem.kind).toBe('invalid-input');
    expect(problem.summary).toBe('lab.yaml:3:1 unknown key "ditsro", did you mean "distro"?');
    expect(problem.detail).toBe(` 2 | cloud: aws\n 3 | ditsro: fedora\n   | ^^^^^^\nallowed here: ${topKeys}`);
  });

  it('keeps the carets under the text where line numbers get longer', async () => {
    const problem = await problemOf(() => read(`${needed}${'\n'.repeat(96)}disk:\n  sizeGB: 40\n`));
    expect(problem.detail).toBe('  99 | disk:\n 100 |   sizeGB: 40\n     |   ^^^^^^\nallowed here: sizeGb, type, iops, throughput, encrypted');
  });

  const cases: readonly (readonly [wrong: string, yaml: string, summary: string, allowed?: string])[] = [
    ['a swapped letter', 'ssh:\n  prot: 5', '4:3 unknown key "prot", did you mean "port"?', 'user, key, keyType, allowFrom, port, proxyCommand, timeout'],
    ['text for a number', 'count: two', '3:8 count: expected a number, got the text "two"'],
    ['half a machine', 'count: 1.5', '3:8 count: expected a whole number, got 1.5'],
    ['too many', 'count: 1000', '3:8 count: expected at most 100, got 1000'],
    ['none', 'count: 0', '3:8 count: expected at least 1, got 0'],
    ['a number in quotes', 'ssh: {port: "22"}', '3:13 ssh.port: expected a number, got the text "22"'],
    ['the old yes', 'disk: { encrypted: yes }', '3:20 disk.encrypted: expected true or false, got the text "yes"'],
    ['a mapping left empty', 'disk:', '3:1 disk: expected a mapping (key: value), got nothing'],
    ['true for a mapping', 'spot: true', '3:7 spot: expected a mapping (key: value), got true'],
    ['one for a list', 'aws: {securityGroupIds: sg-1}', '3:25 aws.securityGroupIds: expected a list, got the text "sg-1"'],
    ['no price', 'spot: {maxPrice: 0}', '3:18 spot.maxPrice: expected more than 0, got 0'],
    ['an unknown word', 'network: isloated', '3:10 network: unknown value "isloated", did you mean "isolated"?', 'isolated, default'],
    ['an unknown word in a list', 'arch: [amd64, arm46]', '3:15 arch[1]: unknown value "arm46", did you mean "arm64"?', 'amd64, arm64'],
    ['a number for a word', 'arch: 5', '3:7 arch: expected amd64, arm64 or a list, got 5'],
    ['a size with a blank', 'size: "a b"', '3:7 size: expected small, lab, medium, large, or an instance type such as t3.large'],
    ['a TTL of another language', 'ttl: 5x', '3:6 ttl: expected a duration such as 15m, 4h or 2d, from 15m to 30d, or none'],
    ['a TTL too short', 'ttl: 1m', '3:6 ttl: expected a duration such as 15m, 4h or 2d, from 15m to 30d, or none'],
    ['a range with host bits', 'ssh:\n  allowFrom: 10.0.0.1/8', '4:14 ssh.allowFrom: expected auto, an IPv4 address or a range such as 198.51.100.0/24'],
    ['a bad range in a list', 'ssh:\n  allowFrom: [10.0.0.0/8, 300.1.1.1]', '4:27 ssh.allowFrom[1]: expected auto, an IPv4 address or a range such as 198.51.100.0/24'],
    ['a way out of the directory', 'name: ../x', '3:7 name: a name has only a-z, 0-9 and -, at most 40 characters, and starts and ends with a letter or digit'],
    ['a command in the name', 'name: $(id)', '3:7 name: a name has only a-z, 0-9 and -, at most 40 characters, and starts and ends with a letter or digit'],
    ['a region with a blank', 'region: EU West', '3:9 region: a region is auto or an id such as eu-west-1'],
    ['a list of regions', 'region: [a]', '3:9 region: expected one value, or one for each cloud such as { aws: ... }'],
    ['a region for no cloud', 'region: { asw: eu-west-1 }', '3:11 unknown key "asw", did you mean "aws"?', 'aws, azure, gcp, digitalocean, hetzner, linode, libvirt, local'],
    ['a misspelt file', 'userData: {flie: x}', '3:12 unknown key "flie", did you mean "file"?', 'file'],
    ['a missing file', 'userData: {}', '3:11 missing key "file" in userData'],
    ['a list of user data', 'userData: [x]', '3:11 userData: expected text, or { file: ./init.sh }'],
    ['a tag key', 'tags: {1x: a}', '3:8 key "1x": a tag starts with a letter and has at most 63 characters'],
    ['no URL', 'aws: {endpoint: foo}', '3:17 aws.endpoint: expected an http or https URL'],
    ['a key twice', 'count: 1\ncount: 2', '4:1 duplicate key "count"'],
    ['a prototype', 'tags: {__proto__: x}', '3:8 the key "__proto__" is not allowed'],
    ['a tab', '\tname: x', '3:1 a tab cannot indent YAML: use spaces'],
    ['two colons', 'onReady: echo a: b', '3:10 a second ": " in one line: put the value in quotes'],
    ['an open quote', 'name: "abc', '3:11 not valid YAML: missing closing "quote'],
    ['a tag of YAML', 'name: !foo x', '3:7 tags ("!...") are not allowed'],
    ['a builtin tag', 'name: !!binary aGk=', '3:7 tags ("!...") are not allowed'],
    ['an alias of nothing', 'name: *x', '3:7 there is no anchor "&x" before this'],
    ['an alias of itself', 'tags: &t {a: *t}', '3:14 "*t" is inside of itself'],
    ['a mapping as key', '? [a]\n: b', '3:3 a key must be text'],
    ['a second document', '---\nname: x', '3:1 a second document ("---"): only one is read'],
  ];
  it.each(cases)('%s', async (_, yaml, summary, allowed) => {
    const problem = await problemOf(() => read(`${needed}${yaml}\n`));
    expect(problem.summary).toBe(`lab.yaml:${summary}`);
    expect(problem.detail?.split('\n').filter((line) => line.startsWith('allowed here:'))).toEqual(allowed === undefined ? [] : [`allowed here: ${allowed}`]);
  });

  it.each([
    ['an empty file', '', 'lab.yaml is empty', undefined],
    ['nothing but comments', '# soon\n', 'lab.yaml is empty', undefined],
    ['a list at the top', '- a\n', 'lab.yaml:1:1 expected a mapping (key: value), got a list', ' 1 | - a\n   | ^^^'],
    ['text at the top', 'fedora\n', 'lab.yaml:1:1 expected a mapping (key: value), got the text "fedora"', ' 1 | fedora\n   | ^^^^^^'],
    ['an unknown cloud', 'distro: fedora\ncloud: asw:eu-west-1\n', 'lab.yaml:2:8 cloud: unknown cloud "asw", did you mean "aws"? (known: aws, azure, gcp, digitalocean, hetzner, linode, libvirt, local)', ' 1 | distro: fedora\n 2 | cloud: asw:eu-west-1\n   |        ^^^^^^^^^^^^^'],
    ['no distro', 'cloud: aws\n', 'lab.yaml:1:1 missing key "distro"', ' 1 | cloud: aws\n   | ^^^^^^^^^^'],
    ['an empty list', 'distro: []\ncloud: aws\n', 'lab.yaml:1:9 distro: must not be an empty list', ' 1 | distro: []\n   |         ^^'],
  ])('%s', async (_, yaml, summary, detail) => {
    expect(await problemOf(() => read(yaml))).toEqual({ kind: 'invalid-input', summary, detail });
  });

  it('lists further ones in the order of the file, missing keys last', async () => {
    const problem = await problemOf(() => read('count: two\nttl: 5x\nsize: lab\nclowd: aws\n'));
    expect(problem.summary).toBe('lab.yaml:1:8 count: expected a number, got the text "two"');
    expect(problem.detail?.split('\n').slice(2)).toEqual([
      'also: lab.yaml:2:6 ttl: expected a duration such as 15m, 4h or 2d, from 15m to 30d, or none',
      'also: lab.yaml:4:1 unknown key "clowd", did you mean "cloud"?',
      'also: lab.yaml:1:1 missing key "distro"',
    ]);
  });

  it('shows no control character and cuts a long line to the place', async () => {
    const coloured = await problemOf(() => read(`${needed}"\\e[31mred": 1\n`));
    expect(coloured.summary).toBe('lab.yaml:3:1 unknown key "?[31mred"');
    const long = await problemOf(() => read(`${needed}tags: { ${'a: b, '.repeat(1)}long: ${'x'.repeat(300)}, last: [] }\n`));
    const lines = long.detail?.split('\n') ?? [];
    expect(Math.max(...lines.filter((line) => !line.startsWith('also')).map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it.each([
    ['nested 1000 deep', 'a: '.concat('['.repeat(1000)), 'nested too deeply'],
    ['a billion laughs', 'a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]', 'too many aliases'],
  ])('%s is refused quickly', async (_, yaml, message) => {
    expect((await problemOf(() => read(yaml))).summary).toContain(message);
  });
});

describe('a valid file', () => {
  it('keeps numbers as they were typed where text is wanted, and only there', () => {
    const { value } = read('distro: 24.10\ncloud: aws\nname: 007\ncount: 3\ntags: { release: 24.10, on: true, off: no }\nregion: { aws: auto }\n');
    expect(value).toMatchObject({ distro: '24.10', name: '007', count: 3, tags: { release: '24.10', on: 'true', off: 'no' } });
  });

  it('finds such numbers within lists, mappings and unions', () => {
    const schema = z.strictObject({ versions: z.array(z.strictObject({ version: z.string().pipe(z.string()), eol: z.union([z.number(), z.null()]) })) });
    expect(readYamlText('versions:\n  - { version: 1.10, eol: 1.10 }\n', 'd.yaml', schema).value).toEqual({ versions: [{ version: '1.10', eol: 1.1 }] });
  });

  it('knows where everything was written, also through aliases', () => {
    const file = read('distro: &d fedora@44\ncloud: [aws, gcp]\nssh:\n  port: 2222\nname: lab\n');
    expect([file.locate(['cloud', 1]), file.locate(['ssh', 'port']), file.locate(['ssh', 'port'], 'key'), file.locate(['ttl'])]).toEqual([
      { line: 2, column: 14 },
      { line: 4, column: 9 },
      { line: 4, column: 3 },
      null,
    ]);
    expect(file.errorAt(['cloud', 1], 'fedora is not on gcp', { allowed: ['aws'], hint: 'labtui distros show fedora' }).problem).toEqual({
      kind: 'invalid-input',
      summary: 'lab.yaml:2:14 cloud[1]: fedora is not on gcp',
      detail: ' 1 | distro: &d fedora@44\n 2 | cloud: [aws, gcp]\n   |              ^^^\nallowed here: aws',
      hint: 'labtui distros show fedora',
    });
  });
});

describe('a file that is no readable text', () => {
  it.each([
    ['is missing', 'none.yaml', 'not-found', 'x.yaml does not exist'],
    ['is a directory', 'folder', 'invalid-input', 'x.yaml is a directory, not a file'],
    ['is too large', 'large.yaml', 'invalid-input', 'x.yaml is larger than 1 MiB'],
    ['is binary', 'binary.yaml', 'invalid-input', 'x.yaml is binary, not text'],
    ['is Latin-1', 'latin.yaml', 'invalid-input', 'x.yaml:2:8 not UTF-8 text'],
  ])('%s', async (_, name, kind, summary) => {
    const { cwd } = await temporaryPlaces({
      'work/large.yaml': `# ${'x'.repeat(1_048_576)}`,
      'work/binary.yaml': 'distro: a\0b',
      'work/latin.yaml': Buffer.from('distro: a\nname: m\u00fcller\n', 'latin1'),
    });
    await mkdir(join(cwd, 'folder'));
    expect(await problemOf(() => readYamlFile(join(cwd, name), profileSchema, { label: 'x.yaml' }))).toMatchObject({ kind, summary });
  });

  it('reads a byte order mark and Windows line ends as if they were not there', async () => {
    const { cwd } = await temporaryPlaces({ 'work/lab.yaml': '\uFEFFdistro: fedora\r\ncloud: aws\r\ncuont: 1\r\n' });
    const problem = await problemOf(() => readYamlFile(join(cwd, 'lab.yaml'), profileSchema, { label: 'lab.yaml' }));
    expect(problem.summary).toBe('lab.yaml:3:1 unknown key "cuont", did you mean "count"?');
    expect(problem.detail).toContain(' 2 | cloud: aws\n 3 | cuont: 1\n   | ^^^^^\n');
  });
});
