import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { providerMirrorConfig, type ProviderMirrorConfig } from '../support/ec2/provider-mirror.ts';
import { type Ec2Bench, startEc2 } from '../support/ec2/start-ec2.ts';
import { type Guests, guestSkipReason, startGuests } from '../support/guest/sshd-guest.ts';
import { createWorkplace, skipLoudly, unhurriedGo, type Workplace } from '../support/labtui.ts';
import { resultOf } from '../support/rehearsal.ts';

const reason = (await missingTools(['moto_server', 'terraform', 'aws-provider-mirror'])) ?? guestSkipReason();
const skip = skipLoudly('the simulated AWS held against the real provider', reason);

/** What a life shows of itself that must not depend on which of the two it was lived on. */
interface Life {
  readonly planned: readonly string[];
  readonly configured: unknown;
  readonly inventory: readonly string[];
  /** Names of the attributes that the state has a value for, by address. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  /** What Terraform prints where it has changes to make, or fails; empty: it has none. */
  readonly planAgain: string;
  readonly destroyed: readonly unknown[];
  readonly destroyedTwice: number | undefined;
}

describe.skipIf(skip)('the same profiles on the simulated AWS and on the real provider with an emulator', () => {
  let ec2: Ec2Bench;
  let mirror: ProviderMirrorConfig;
  let guests: Guests;
  let real: Workplace;
  let simulated: Workplace;
  beforeAll(async () => {
    ec2 = await startEc2('eu-north-1');
    const config = await providerMirrorConfig();
    if (config === null) throw new Error('no provider mirror');
    mirror = config;
    guests = await startGuests({ ec2: { endpoint: ec2.endpoint, region: ec2.region } });
    real = createWorkplace({ ...ec2.env, TF_CLI_CONFIG_FILE: mirror.file });
    simulated = createWorkplace();
  });
  afterAll(async () => {
    real.remove();
    simulated.remove();
    await guests.stop();
    await mirror.remove();
    await ec2.stop();
  });

  async function live(place: Workplace, fields: Readonly<Record<string, unknown>> & { readonly name: string }, switches: readonly string[]): Promise<Life> {
    writeFileSync(join(place.cwd, `${fields.name}.yaml`), JSON.stringify({ cloud: 'aws', region: ec2.region, ...fields }));
    const applied = await place.run(['apply', '--profile', fields.name, '--auto-approve', '--json', ...switches]);
    expect(resultOf(applied), applied.stdout.slice(-2_000)).toMatchObject({ exitCode: 0 });
    const session = applied.events.at(-1)?.session ?? '';
    const stack = join(place.sessions, session, 'stacks/aws');
    const planned = applied.events.flatMap((event) => (event.type === 'plan' ? event.resources.map(({ address, type, action }) => `${action} ${type} ${address}`) : []));
    const configured = withoutLiterals(readFileSync(join(stack, 'cdk.tf.json'), 'utf8'), session);
    const state = JSON.parse(readFileSync(join(stack, 'terraform.tfstate'), 'utf8')) as { resources: { type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[] };
    const known = Object.fromEntries(
      state.resources.map(({ type, name, instances }) => [
        `${type}.${name}`,
        Object.entries(instances[0]?.attributes ?? {}).filter(([, value]) => hasValue(value)).map(([attribute]) => attribute).sort(),
      ]),
    );
    const again = await execa('terraform', ['plan', '-detailed-exitcode', '-input=false', '-no-color'], {
      cwd: stack,
      env: { PATH: process.env.PATH, HOME: place.home, CHECKPOINT_DISABLE: '1', ...unhurriedGo, ...(place === real ? { ...ec2.env, TF_CLI_CONFIG_FILE: mirror.file } : {}) },
      extendEnv: false,
      reject: false,
    });
    const inventory = (await place.run(['inventory', session, '--json'])).json() as readonly { type: string }[];
    const first = await place.run(['destroy', session, '--auto-approve', '--json']);
    const receipt = first.events.flatMap((event) => (event.type === 'receipt' ? [{ found: event.found, deleted: event.deleted, left: event.left, byType: event.byType }] : []));
    const second = await place.run(['destroy', session, '--auto-approve', '--json']);
    return { planned: planned.sort(), configured, inventory: inventory.map(({ type }) => type).sort(), known, planAgain: again.exitCode === 0 ? '' : `exit ${again.exitCode}\n${again.stdout}\n${again.stderr}`, destroyed: [resultOf(first).exitCode, receipt], destroyedTwice: second.exitCode };
  }

  it.each([
    { name: 'plain', distro: 'debian@12', instanceType: 't3.medium' },
    { name: 'several', distro: 'ubuntu@24.04', instanceType: 't3.large', count: 2, disk: { sizeGb: 30, type: 'provisioned-iops', iops: 4000 } },
  ])('$name: same addresses, actions, inventory and attributes, no changes afterwards, the same receipt', async (fields) => {
    const [onEmulator, rehearsed] = await Promise.all([
      live(real, { ...fields, ssh: { allowFrom: '198.51.100.7', proxyCommand: guests.proxyCommand } }, []),
      // The emulator does not say whether a schedule may be made, so the lab on it has no deadline of the cloud's.
      live(simulated, { ...fields, ssh: { allowFrom: '198.51.100.7' } }, ['--rehearse', '--fault', 'permission,operation=SimulatePrincipalPolicy']),
    ]);
    const { known: simulatedKnows, ...rehearsedLife } = rehearsed;
    const { known: emulatorKnows, ...emulatedLife } = onEmulator;
    // Part by part, so that what differs has a name.
    for (const [part, emulated] of Object.entries(emulatedLife)) expect({ [part]: new Map(Object.entries(rehearsedLife)).get(part) }, part).toEqual({ [part]: emulated });
    expect(rehearsedLife).toMatchObject({ planAgain: '', destroyedTwice: 0 });
    expect(Object.keys(simulatedKnows).sort()).toEqual(Object.keys(emulatorKnows).sort());
    for (const [address, attributes] of Object.entries(emulatorKnows)) {
      const simulatedOnes = simulatedKnows[address] ?? [];
      const isMachine = address.startsWith('aws_instance.');
      expect(attributes.filter((name) => !simulatedOnes.includes(name)), address).toEqual(isMachine ? onlyEmulated : []);
      expect(simulatedOnes.filter((name) => !attributes.includes(name)), address).toEqual(isMachine ? onlySimulated : []);
    }
  });
});

/** EC2 gives a public name only where the VPC has DNS host names switched on, which labtui leaves off; the emulator always does. */
const onlyEmulated = ['public_dns'];
/** What the emulator's answers leave out and EC2's have. */
const onlySimulated = ['capacity_reservation_specification', 'cpu_core_count', 'cpu_options', 'cpu_threads_per_core', 'enclave_options', 'maintenance_options', 'private_dns_name_options'];

function hasValue(value: unknown): boolean {
  return value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** Only what was looked up or made for this session may differ: ids, keys, times. */
function withoutLiterals(text: string, session: string): unknown {
  const looked = new Set(['ami', 'user_data', 'user_data_base64', 'public_key', 'availability_zone', 'endpoints', 'skip_credentials_validation']);
  return JSON.parse(text.replaceAll(session, 'SESSION').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'), (key, value: unknown) => (looked.has(key) ? `<${key}>` : value));
}
