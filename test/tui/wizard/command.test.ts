import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clouds } from '../../../src/clouds/registry.ts';
import { overrides } from '../../../src/input/overrides.ts';
import { resolveProfile } from '../../../src/input/profile-layers.ts';
import { type Base, baseFrom, noBase } from '../../../src/tui/screens/wizard/base.ts';
import { applyArgs, commandText, labArgs } from '../../../src/tui/screens/wizard/command.ts';
import { cloudsOf, type Fields, type WizardRequest } from '../../../src/tui/screens/wizard/request.ts';
import { splitWords } from '../../../src/tui/model/words.ts';
import { cliContext } from '../../support/cli-context.ts';
import { profileClouds } from '../../support/profile-schema.ts';
import { answerTo, programIn } from './in-process.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'labtui-command-'));
  writeFileSync(join(cwd, 'plain.yaml'), 'distro: rocky@9\ncloud: aws:eu-west-1\ninstanceType: t3.large\nttl: null\ntags: { team: kernel }\nssh: { port: 2222, allowFrom: 198.51.100.0/24 }\n');
  writeFileSync(
    join(cwd, 'full.yaml'),
    'name: full\ndistro: [fedora@44, debian]\ncloud: [aws, gcp]\nregion: { aws: eu-central-1 }\nzone: { aws: eu-central-1a }\nimage: { aws: ami-0123456789abcdef0 }\ninstanceType: { gcp: e2-standard-4 }\narch: [arm64, amd64]\ncount: 3\ndisk: { sizeGb: 40, type: standard }\nspot: { enabled: true, maxPrice: 0.05 }\nnetwork: default\nuserData: { file: ./init.sh }\n',
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** What `apply` itself would make of these arguments, read back as the wizard reads a profile. */
async function understood(args: readonly string[]): Promise<Base> {
  const program = programIn(cwd, () => cliContext({ clouds, cwd }));
  const [verb, ...rest] = args;
  const command = program.commands.find((each) => each.name() === verb);
  if (command === undefined) throw new Error(`no command ${verb}`);
  const { operands, unknown } = command.parseOptions([...rest]);
  expect({ operands, unknown }).toEqual({ operands: [], unknown: [] });
  const options = command.opts<Record<string, unknown>>();
  const given = Object.fromEntries(overrides.map(({ key }) => [key, options[key]]));
  const { profile, sources } = await resolveProfile({ cwd, home: cwd, environment: {}, clouds: profileClouds }, { profile: typeof options.profile === 'string' ? options.profile : null, overrides: given });
  const base = baseFrom({ profile, sources }, null);
  if (base === null) throw new Error('not understood');
  return { ...base, request: { ...base.request, rehearse: options.rehearse === true } };
}

async function baseOf(profile: string | null): Promise<Base> {
  const { documents } = await answerTo(['profiles', 'show', ...(profile === null ? [] : [profile])], { cwd, json: true });
  const base = baseFrom(documents[0], profile);
  if (base === null) throw new Error('not understood');
  return base;
}

const types: Readonly<Record<string, readonly string[]>> = { aws: ['t3.large', 'm7g.xlarge'], gcp: ['e2-standard-2'], azure: ['Standard_B2ls_v2'] };
const regions: Readonly<Record<string, readonly string[]>> = { aws: ['auto', 'eu-west-1'], gcp: ['auto', 'europe-west3'], azure: ['auto', 'westeurope'] };

const where = fc.subarray(['aws', 'gcp', 'azure'], { minLength: 1 }).chain((ids) => fc.tuple(...ids.map((cloud) => fc.constantFrom(...(regions[cloud] ?? [])).map((region) => ({ cloud, region })))));
const texts = (...values: readonly string[]) => fc.constantFrom(...values);

const fieldsOf = ({ request: { fields } }: Base): fc.Arbitrary<Fields> =>
  fc.record({
    size: texts(fields.size, 'small', 'lab', 'large'),
    arch: texts(fields.arch, 'amd64', 'arm64'),
    ttl: texts(fields.ttl, '90m', '4h', 'none'),
    name: texts(fields.name, '', 'kernel-lab'),
    count: texts(fields.count, '1', '2'),
    disk: texts(fields.disk, '', '40'),
    diskType: texts(fields.diskType, 'ssd', 'standard', 'provisioned-iops'),
    spot: texts('yes', 'no'),
    maxPrice: texts(fields.maxPrice, '', '0.05'),
    network: texts('isolated', 'default'),
    userData: texts(fields.userData, '', '/tmp/my init.sh', "/tmp/it's.sh"),
    tags: texts(fields.tags, ...(fields.tags === '' ? ['a=b', 'a=b c,d=e=f'] : [`${fields.tags},a=b c`])),
    allowFrom: texts(fields.allowFrom, 'auto', '198.51.100.7', '198.51.100.0/24,203.0.113.9'),
    forward: texts(fields.forward, '', '8080:80', '8080:80,2222:22'),
    share: texts(fields.share, '', '/srv/shared', "/srv/it's: mine"),
  });

const requestOver = (base: Base): fc.Arbitrary<WizardRequest> =>
  fc.record({
    rehearse: fc.boolean(),
    distros: fc.constantFrom(['debian@13'], ['fedora@44'], base.request.distros.length > 0 ? base.request.distros : ['rocky@9']),
    where: fc.oneof(where, fc.constant(base.request.where.length > 0 ? base.request.where : [{ cloud: 'aws', region: 'auto' }])),
    types: fc.oneof(fc.constant({}), fc.constant(base.request.types), fc.record({ aws: fc.constantFrom(...(types.aws ?? [])) }), fc.record({ aws: fc.constantFrom(...(types.aws ?? [])), gcp: fc.constant('e2-standard-2') })),
    fields: fieldsOf(base),
  });

/** Types of clouds that the lab is not on mean nothing. */
function meaning({ types: all, fields, ...request }: WizardRequest) {
  const ids = cloudsOf(request);
  const tags = fields.tags.split(',').toSorted().join(',');
  return { ...request, fields: { ...fields, tags }, types: Object.fromEntries(Object.entries(all).filter(([cloud]) => ids.includes(cloud)).toSorted()) };
}

describe('the command line that the wizard shows', () => {
  it.each([null, 'plain', 'full'])('means what was entered, starting from profile %s', async (profile) => {
    const base = await baseOf(profile);
    await fc.assert(
      fc.asyncProperty(requestOver(base), async (request) => {
        const args = splitWords(commandText(applyArgs(request, base)))?.slice(1) ?? [];
        expect(meaning((await understood(args)).request)).toEqual(meaning(request));
      }),
      { numRuns: 120, seed: 20_261_121 },
    );
  });

  it('says nothing that holds anyway', async () => {
    for (const profile of ['plain', 'full']) {
      const base = await baseOf(profile);
      expect(labArgs(base.request, base)).toEqual(['--profile', profile]);
    }
    const request: WizardRequest = { ...noBase.request, distros: ['debian@13'], where: [{ cloud: 'aws', region: 'auto' }] };
    expect(commandText(applyArgs(request, noBase))).toBe('labtui apply --distro debian@13 --cloud aws');
  });

  it('does not keep an image or a zone for another distribution or place', async () => {
    const base = await baseOf('full');
    const moved: WizardRequest = { ...base.request, distros: ['debian@13'], where: [{ cloud: 'aws', region: 'eu-west-1' }] };
    expect(labArgs(moved, base)).toEqual(['--profile', 'full', '--distro', 'debian@13', '--cloud', 'aws:eu-west-1', '--set', 'image=null', '--zone', 'auto']);
    await expect(understood(['apply', ...labArgs(moved, base)])).resolves.toMatchObject({ pinnedImages: [], zonePinned: false });
  });

  it('saved as a profile, it is the same lab', async () => {
    const base = await baseOf('full');
    await fc.assert(
      fc.asyncProperty(requestOver(base), async (request) => {
        const { exitCode, stdout } = await answerTo(['profiles', 'init', ...labArgs(request, base)], { cwd, json: false });
        expect(exitCode).toBe(0);
        writeFileSync(join(cwd, 'saved.yaml'), stdout);
        expect(meaning((await baseOf('saved')).request)).toEqual(meaning({ ...request, rehearse: false }));
      }),
      { numRuns: 40, seed: 20_261_121 },
    );
  });
});
