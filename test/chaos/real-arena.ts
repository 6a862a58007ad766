import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Needs what realChaosSkipReason asks for. */
export async function openRealArena(): Promise<RealArena> {
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
    await putStrangers(ec2);
    const stranger = sessionOf(await place.run(lab('stranger'), { env: { LABTUI_OWNER: 'somebody@elsewhere' } }));
    renameSync(join(place.sessions, stranger), join(place.home, stranger));
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

/** A network, a disk and a key with tags like labtui's, a deadline in the past among them, but without its marker. */
async function putStrangers(ec2: Ec2Bench): Promise<void> {
  const tags = { 'labtui-session-id': 'stranger-000000', 'labtui-expires': '2020-01-01T00:00:00.000Z', 'labtui-owner': 'tester@host', labtui: 'false' };
  const tagged = (type: string): Readonly<Record<string, string>> => ({
    'TagSpecification.1.ResourceType': type,
    ...Object.fromEntries(
      Object.entries(tags).flatMap(([key, value], index) => [
        [`TagSpecification.1.Tag.${index + 1}.Key`, key],
        [`TagSpecification.1.Tag.${index + 1}.Value`, value],
      ]),
    ),
  });
  const [vpc = ''] = elementsOf(await ec2.call('CreateVpc', { CidrBlock: '10.77.0.0/16', ...tagged('vpc') }), 'vpcId');
  await ec2.call('CreateSubnet', { VpcId: vpc, CidrBlock: '10.77.1.0/24', ...tagged('subnet') });
  await ec2.call('CreateSecurityGroup', { VpcId: vpc, GroupName: 'by-hand', GroupDescription: 'by hand', ...tagged('security-group') });
  await ec2.call('CreateVolume', { AvailabilityZone: `${ec2.region}a`, Size: '1', ...tagged('volume') });
  await ec2.call('CreateKeyPair', { KeyName: 'by-hand', ...tagged('key-pair') });
  await ec2.call('AllocateAddress', { Domain: 'vpc', ...tagged('elastic-ip') });
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
