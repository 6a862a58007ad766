import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { amis } from '../support/ec2/ami-catalogue.ts';
import { elementsOf } from '../support/ec2/call-ec2.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { providerMirrorConfig } from '../support/ec2/provider-mirror.ts';
import { type Ec2Bench, startEc2 } from '../support/ec2/start-ec2.ts';
import { guestSkipReason, startGuests } from '../support/guest/sshd-guest.ts';
import { createWorkplace, type Finished, type Workplace } from '../support/labtui.ts';

/** What an undisturbed command takes on this computer. */
export interface Span {
  readonly ms: number;
  readonly calls: number;
}

/** An EC2 emulator in which somebody else has a lab, and things that no labtui has made. */
export interface RealArena {
  readonly ec2: Ec2Bench;
  readonly place: Workplace;
  readonly span: Readonly<Record<'apply' | 'destroy', Span>>;
  /** Writes a profile with these fields, and returns the words of its apply. */
  lab(name: string, fields?: Readonly<Record<string, unknown>>): readonly string[];
  remove(): Promise<void>;
}

/** Why it cannot be opened here; null: it can. */
export async function realChaosSkipReason(): Promise<string | null> {
  return (await missingTools(['moto_server', 'terraform', 'aws-provider-mirror'])) ?? guestSkipReason();
}

/** As measured with an idle computer; the calls are the same everywhere. */
const usual = { apply: { ms: 20_000, calls: 65 }, destroy: { ms: 12_000, calls: 60 } } as const;

/** Needs what realChaosSkipReason asks for. Rounds that go by calls alone need no measuring of this computer. */
export async function openRealArena({ measures = true }: { readonly measures?: boolean } = {}): Promise<RealArena> {
  const ec2 = await startEc2();
  const mirror = await providerMirrorConfig();
  if (mirror === null) throw new Error('no provider mirror');
  const guests = await startGuests({ ec2: { endpoint: ec2.endpoint, region: ec2.region } });
  const place = createWorkplace({ ...ec2.env, TF_CLI_CONFIG_FILE: mirror.file });
  const remove = async (): Promise<void> => {
    await guests.stop();
    place.remove();
    await mirror.remove();
    await ec2.stop();
  };
  const lab: RealArena['lab'] = (name, fields = {}) => {
    const ssh = { allowFrom: '198.51.100.7', proxyCommand: guests.proxyCommand };
    writeFileSync(join(place.cwd, `${name}.yaml`), JSON.stringify({ name, distro: 'debian@12', cloud: 'aws', region: ec2.region, ssh, ...fields }));
    return ['apply', '--profile', name, '-y', '--json'];
  };
  try {
    await putStranger(ec2, { labtui: 'true', 'labtui-session-id': 'stranger-aaaaaa', 'labtui-owner': 'somebody@elsewhere', 'labtui-expires': new Date(Date.now() + 86_400_000).toISOString() }, '10.76');
    // Whoever looks for less than the marker finds these, past their deadline.
    await putStranger(ec2, { labtui: 'false', 'labtui-session-id': 'stranger-bbbbbb', 'labtui-owner': 'tester@host', 'labtui-expires': '2020-01-01T00:00:00.000Z' }, '10.77');
    if (!measures) return { ec2, place, span: usual, lab, remove };
    const measured = async (args: readonly string[]): Promise<{ readonly run: Finished; readonly span: Span }> => {
      const [startedMs, before] = [Date.now(), ec2.calls.length];
      const run = await place.run(args);
      return { run, span: { ms: Date.now() - startedMs, calls: ec2.calls.length - before } };
    };
    const applied = await measured(lab('probe'));
    const destroyed = await measured(['destroy', sessionOf(applied.run), '-y', '--json']);
    if (destroyed.run.exitCode !== 0) throw new Error(`an undisturbed destroy failed: ${tail(destroyed.run)}`);
    return { ec2, place, span: { apply: applied.span, destroy: destroyed.span }, lab, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A lab as its tags describe it: a network with a machine, a disk, a key and an address. */
async function putStranger(ec2: Ec2Bench, tags: Readonly<Record<string, string>>, network: string): Promise<void> {
  const tagged = (...types: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(
      types.flatMap((type, spec): (readonly [string, string])[] => [
        [`TagSpecification.${spec + 1}.ResourceType`, type],
        ...Object.entries(tags).flatMap(([key, value], index): (readonly [string, string])[] => [
          [`TagSpecification.${spec + 1}.Tag.${index + 1}.Key`, key],
          [`TagSpecification.${spec + 1}.Tag.${index + 1}.Value`, value],
        ]),
      ]),
    );
  const name = `stranger-${network}`;
  const [vpc = ''] = elementsOf(await ec2.call('CreateVpc', { CidrBlock: `${network}.0.0/16`, ...tagged('vpc') }), 'vpcId');
  const [subnet = ''] = elementsOf(await ec2.call('CreateSubnet', { VpcId: vpc, CidrBlock: `${network}.1.0/24`, ...tagged('subnet') }), 'subnetId');
  await ec2.call('CreateSecurityGroup', { VpcId: vpc, GroupName: name, GroupDescription: name, ...tagged('security-group') });
  await ec2.call('CreateInternetGateway', tagged('internet-gateway'));
  await ec2.call('CreateKeyPair', { KeyName: name, ...tagged('key-pair') });
  await ec2.call('CreateVolume', { AvailabilityZone: `${ec2.region}a`, Size: '1', ...tagged('volume') });
  await ec2.call('AllocateAddress', { Domain: 'vpc', ...tagged('elastic-ip') });
  await ec2.call('RunInstances', { ImageId: amis[0]?.id ?? '', MinCount: '1', MaxCount: '1', InstanceType: 't3.micro', SubnetId: subnet, ...tagged('instance', 'volume') });
}

/** Of an apply that nothing disturbed. */
export function sessionOf(run: Finished): string {
  const session = run.events.at(-1)?.session;
  if (run.exitCode !== 0 || typeof session !== 'string') throw new Error(`an undisturbed apply failed: ${tail(run)}`);
  return session;
}

export function tail({ stdout, stderr }: Finished): string {
  return `${stdout.slice(-800)} ${stderr.slice(-300)}`.trim();
}
