import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { clouds as commandClouds } from '../../../src/cli/commands/clouds.ts';
import { regions as commandRegions } from '../../../src/cli/commands/regions.ts';
import { sizes as commandSizes } from '../../../src/cli/commands/sizes.ts';
import { clouds as registered } from '../../../src/clouds/registry.ts';
import { openClouds } from '../../../src/core/open-clouds.ts';
import type { InstalledTerraform } from '../../../src/terraform/terraform.ts';
import { createDistroCatalogue } from '../../../src/input/distros.ts';
import { resolveProfile } from '../../../src/input/profile-layers.ts';
import { applyLab } from '../../../src/lab/apply.ts';
import { destroySession } from '../../../src/lab/destroy.ts';
import type { LabPorts } from '../../../src/lab/ports.ts';
import { readState } from '../../../src/terraform/state.ts';
import { cliContext } from '../../support/cli-context.ts';
import { fakeLab } from '../../support/fake-lab.ts';
import { skipLoudly } from '../../support/labtui.ts';
import type { ProviderSchema } from '../../support/schema-check.ts';
import { temporaryFolder, terraformWith, whyNoTerraform } from '../../support/terraform/stack-folder.ts';
import { keepsCloudContract } from '../contract/cloud-contract.ts';
import { keepsFactsContract } from '../contract/facts-contract.ts';
import type { Specimen } from '../contract/specimen.ts';
import { nimbusCloud } from './nimbus/cloud.ts';
import { nimbusFacts } from './nimbus/facts.ts';
import { type NimbusSky, openSky } from './nimbus-sky.ts';

// All that registers a cloud.
const clouds = openClouds([...registered.all, nimbusCloud]);

const distroFolder = join(import.meta.dirname, 'distros');

const terraformData = { id: { computed: true, type: 'string' }, input: { optional: true, type: 'dynamic' }, output: { computed: true, type: 'dynamic' }, triggers_replace: { optional: true, type: 'dynamic' } };
const schema: ProviderSchema = { source: 'terraform.io/builtin/terraform', version: '1', provider: {}, resources: { terraform_data: { attributes: terraformData } } };
const input = z.object({ input: z.object({ kind: z.string(), tags: z.record(z.string(), z.string()), from: z.array(z.string()).default([]), port: z.number().default(0) }) });
const written = z.object({ resource: z.object({ terraform_data: z.record(z.string(), z.record(z.string(), z.unknown())) }) });

const specimen: Specimen = {
  cloud: nimbusCloud,
  schema,
  distros: createDistroCatalogue([distroFolder], [nimbusFacts]),
  distro: 'nimbian@7',
  region: 'cirrus',
  tagsOf: ({ config }) => input.parse(config).input.tags,
  ingressOf: ({ config }) => {
    const { kind, from, port } = input.parse(config).input;
    return kind === 'gate' ? { from, ports: [String(port)] } : null;
  },
  simulate: async () => {
    const sky = await openSky();
    return {
      ...sky,
      apply: (text) => {
        const made = Object.entries(written.parse(JSON.parse(text)).resource.terraform_data).map(([name, attributes]) => ({
          address: `terraform_data.${name}`,
          type: 'terraform_data',
          id: `thing-${name}`,
          name: null,
          tainted: false,
          attributes,
        }));
        const [first] = made;
        sky.hear(input.parse(first?.attributes).input.tags['labtui-session-id'] ?? '', made);
        return Promise.resolve(made);
      },
    };
  },
};

describe('the facts of a fourth cloud, in a folder of its own', () => {
  keepsFactsContract(nimbusFacts);
});

describe('a fourth cloud, in a folder of its own', () => {
  keepsCloudContract(specimen);
});

describe('registered by one line', () => {
  it.each([
    ['clouds', async (context: ReturnType<typeof cliContext>) => commandClouds(context), /^nimbus +Nimbus +yes +2 /m],
    ['sizes', async (context: ReturnType<typeof cliContext>) => commandSizes(context, 'nimbus'), /^cloud-2x4 +lab small +amd64 +2 +4 GiB/m],
    ['regions', async (context: ReturnType<typeof cliContext>) => commandRegions(context, { cloud: 'nimbus' }), /^cirrus \(default\) +Keflavik/m],
  ])('is in `labtui %s`', async (_name, run, line) => {
    const context = cliContext({ clouds, cwd: await temporaryFolder() });
    expect(await run(context)).toBe(0);
    expect(context.printed()).toMatch(line);
  });

  it('is a cloud of profiles, with a block of its own, and is meant by what is near it', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'lab.yaml'), 'distro: nimbian\ncloud: [nimbus, aws]\nnimbus: { keyFile: ./key }\n');
    await writeFile(join(cwd, 'near.yaml'), 'distro: nimbian\ncloud: nimbos\n');
    await writeFile(join(cwd, 'wrong.yaml'), 'distro: nimbian\ncloud: nimbus\nnimbus: { endpiont: x }\n');
    const places = { cwd, home: cwd, environment: {}, clouds: await clouds.forProfiles() };
    const { profile } = await resolveProfile(places, { profile: 'lab', overrides: { region: 'nimbus=stratus', instanceType: 'nimbus=cloud-4x8' } });
    expect(profile).toMatchObject({ cloud: ['nimbus', 'aws'], region: { nimbus: 'stratus' }, instanceType: { nimbus: 'cloud-4x8' }, nimbus: { keyFile: join(cwd, 'key'), endpoint: null } });
    await expect(resolveProfile(places, { profile: 'near' })).rejects.toThrow('near.yaml:2:8 cloud: unknown cloud "nimbos", did you mean "nimbus"?');
    await expect(resolveProfile(places, { profile: 'wrong' })).rejects.toThrow('wrong.yaml:3:11 unknown key "endpiont", did you mean "endpoint"?');
  });
});

const missing = whyNoTerraform();
describe.skipIf(skipLoudly('a lab on an imaginary cloud', missing))('a lab on it, with the real terraform', () => {
  let sky: NimbusSky;
  beforeEach(async () => {
    sky = await openSky();
  });
  afterEach(() => sky.close());

  it('goes from a profile through apply and hosts to a receipt with nothing left', async () => {
    const lab = fakeLab();
    const cwd = await temporaryFolder();
    const real = await terraformWith({ homeDir: homedir() });
    const ports: LabPorts = {
      ...lab.ports,
      cloud: clouds.of,
      distros: createDistroCatalogue([distroFolder], clouds.all.map(({ facts }) => facts)),
      terraform: heardBy(sky, real),
    };
    await writeFile(join(cwd, 'lab.yaml'), JSON.stringify({ name: 'lab', distro: 'nimbian', cloud: 'nimbus', count: 2, region: 'cirrus', ssh: { allowFrom: '198.51.100.7' }, nimbus: { endpoint: sky.origin } }));
    const { profile } = await resolveProfile({ cwd, home: cwd, environment: {}, clouds: await clouds.forProfiles() }, { profile: 'lab' });
    const signal = new AbortController().signal;
    const applied = await applyLab(
      { lab: { profile, userData: null, maxHourly: null, requireProtection: false }, autoApprove: true, parallelism: null, create: true, sink: (event) => lab.sink(event), signal, timeoutMs: null },
      ports,
    );
    expect(applied).toMatchObject({ ok: true, exitCode: 0, phase: 'ready' });
    expect(applied.hosts).toMatchObject([
      { name: 'lab-nimbus-1', publicIp: '192.0.2.1', region: 'cirrus', zone: 'cirrus-1', user: 'cirrus', stage: 'ready' },
      { name: 'lab-nimbus-2', publicIp: '192.0.2.2' },
    ]);
    expect(lab.ofType('plan')).toMatchObject([{ add: 3, stack: 'nimbus' }]);

    const id = lab.events.at(-1)?.session ?? '';
    const destroyed = await destroySession({ id, archived: false, sink: (event) => lab.sink(event), signal, timeoutMs: null }, ports);
    expect(destroyed).toMatchObject({ ok: true, exitCode: 0, phase: 'destroyed' });
    expect(lab.ofType('receipt').at(-1)).toMatchObject({ found: 3, deleted: 3, left: [], verifiedBy: ['state', 'listing'] });
    expect(sky.asked).toContain('GET /things');
  }, 180_000);
});

/** Nimbus hears of what Terraform has done: nothing in its stacks calls it. */
function heardBy(sky: NimbusSky, real: InstalledTerraform): InstalledTerraform {
  const session = (directory: string): string => directory.split('/').at(-3) ?? '';
  return {
    ...real,
    apply: async (...args) => {
      const outcome = await real.apply(...args);
      const { directory } = args[0];
      const state = await readState(join(directory, 'terraform.tfstate'));
      sky.hear(session(directory), state.kind === 'ok' ? state.resources : []);
      return outcome;
    },
    destroy: async (...args) => {
      const outcome = await real.destroy(...args);
      sky.hear(session(args[0].directory), []);
      return outcome;
    },
  };
}
