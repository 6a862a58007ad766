import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { providerMirrorConfig } from '../support/ec2/provider-mirror.ts';
import { startEc2 } from '../support/ec2/start-ec2.ts';
import { guestSkipReason, startGuests } from '../support/guest/sshd-guest.ts';
import { createWorkplace, type Workplace } from '../support/labtui.ts';

// The life of a lab, told on this computer: real Terraform, real AWS provider, an EC2 emulator, an OpenSSH guest.

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const missing = [await missingTools(['moto_server', 'terraform', 'aws-provider-mirror']), guestSkipReason()].filter((reason) => reason !== null);
  if (missing.length > 0) {
    say('The demo runs against an EC2 emulator on this computer, and cannot here:');
    for (const reason of missing) say(`  ${reason.replace('NOT RUN: ', '')}`);
    say('With an AWS account the same is: labtui apply --distro debian@12 --cloud aws');
    return 4;
  }
  if (!existsSync(resolve(import.meta.dirname, '../../dist/labtui.js'))) {
    say('labtui is not built yet: npm run build');
    return 4;
  }
  const ec2 = await startEc2();
  const mirror = await providerMirrorConfig();
  const guests = await startGuests({ ec2: { endpoint: ec2.endpoint, region: ec2.region } });
  const place = createWorkplace({ ...ec2.env, ...(mirror === null ? {} : { TF_CLI_CONFIG_FILE: mirror.file }) });
  try {
    writeFileSync(
      join(place.cwd, 'kernel-lab.yaml'),
      `name: kernel-lab\ndistro: debian@12\ncloud: aws\nregion: ${ec2.region}\nttl: 4h\nssh:\n  allowFrom: 198.51.100.7\n  proxyCommand: ${JSON.stringify(guests.proxyCommand)}\n`,
    );
    say('What follows is labtui as it is built, the real Terraform and the real AWS provider.');
    say('Only the cloud behind them is an emulator on this computer: no account, no cost.\n');
    for (const [why, args] of chapters) {
      say(`# ${why}`);
      const code = await show(place, args);
      if (code !== 0) return code;
    }
    const [archived = ''] = (await execa('ls', [join(place.sessions, '.archive')])).stdout.split('\n');
    say('# what Terraform was given is plain JSON, kept with the receipt in the archive');
    say(readFileSync(join(place.sessions, '.archive', archived, 'stacks/aws/cdk.tf.json'), 'utf8').split('\n').slice(0, 24).join('\n'));
    say('  ...');
    return 0;
  } finally {
    place.remove();
    await guests.stop();
    await mirror?.remove();
    await ec2.stop();
  }
}

const chapters: readonly (readonly [string, readonly string[]])[] = [
  ['a lab, from a profile of six lines', ['apply', '--profile', 'kernel-lab', '--auto-approve']],
  ['is there', ['list']],
  ['and can be used', ['exec', 'kernel-lab', '--', 'head -1 /etc/os-release; cat /etc/motd']],
  ['this is all of it', ['inventory', 'kernel-lab']],
  ['now nothing is to be left', ['destroy', 'kernel-lab', '--auto-approve']],
  ['and that is proved', ['receipt', 'kernel-lab']],
];

async function show(place: Workplace, args: readonly string[]): Promise<number> {
  say(`$ labtui ${args.map((word) => (/[ ;|]/.test(word) ? `'${word}'` : word)).join(' ')}`);
  const child = place.start(args);
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stdout, { end: false });
  const { exitCode } = await child;
  say('');
  return exitCode ?? 1;
}

process.exitCode = await main();
