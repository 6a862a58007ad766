import { mkdtemp, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuestSession, guestSession } from '../../support/guest/guest-session.ts';
import { type VmImage, vmImage } from '../../support/guest/vm-image.ts';
import { vmSkipReason } from '../../support/guest/vm.ts';
import { skipLoudly } from '../../support/labtui.ts';
import { bundleProvider, type MirroredProvider, type MirroredTerraform, mirroredTerraform } from '../../support/terraform/mirrored-terraform.ts';
import { whyNoTerraform } from '../../support/terraform/stack-folder.ts';

const provider: MirroredProvider = { name: 'local', source: 'labtui/local', version: '1.0.0', program: join(import.meta.dirname, '../../../src/local/main.ts') };
const names = ['one', 'two'] as const;
const mac = (card: number, at: number): string => `52:54:00:00:0${card}:0${at + 1}`;
const addressOf = (at: number): string => `10.77.0.1${at + 1}`;

function stack(image: VmImage, userData: readonly string[]): object {
  const each = <T>(make: (name: string, at: number) => T): Record<string, T> => Object.fromEntries(names.map((name, at) => [name, make(name, at)]));
  return {
    terraform: { required_providers: { local: { source: provider.source, version: provider.version } } },
    resource: {
      local_network: { lab: { name: 'lab', cidr: '10.77.0.0/24' } },
      local_image: { debian: { source: `file:${image.disk}`, arch: 'amd64', format: 'raw' } },
      local_disk: each((name) => ({ file: `machines/${name}/disk.qcow2`, image_id: '${local_image.debian.id}', image_file: '${local_image.debian.file}', image_format: 'raw' })),
      local_seed: each((name, at) => ({
        ...{ file: `machines/${name}/seed.iso`, instance_id: `i-${name}`, host_name: name, user_data: userData[at]?.replaceAll('${', '$${').replaceAll('%{', '%%{') },
        interfaces: [
          { mac: mac(0, at), address: null },
          { mac: mac(1, at), address: `${addressOf(at)}/24` },
        ],
      })),
      local_machine: each((name, at) => ({
        ...{ name, arch: 'amd64', cpus: 1, memory_mb: 768, acceleration: 'tcg', mac: mac(0, at), network: '${local_network.lab.id}', network_mac: mac(1, at) },
        ...{ disk_file: `\${local_disk.${name}.file}`, disk_id: `\${local_disk.${name}.id}`, seed_file: `\${local_seed.${name}.file}`, seed_id: `\${local_seed.${name}.id}` },
        ...{ kernel_file: image.kernel, initrd_file: image.initrd, kernel_arguments: 'root=/dev/vda rw console=ttyS0 net.ifnames=0 mitigations=off' },
      })),
    },
  };
}

const reason = vmSkipReason() ?? whyNoTerraform();
describe.skipIf(skipLoudly('two Debian machines of one network', reason))('two Debian machines of one network', () => {
  let dir: string;
  let bundle: string;
  let terraform: MirroredTerraform;
  let sessions: readonly GuestSession[];
  const portOf = (name: string): number => Number(terraform.stateFile().resources.find((each) => each.type === 'local_machine' && each.name === name)?.instances[0]?.attributes.ssh_port);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'labtui-local-'));
    const [made, image] = await Promise.all([bundleProvider(provider), vmImage()]);
    bundle = made;
    terraform = mirroredTerraform(provider, bundle, () => ['provider', 'local']);
    sessions = await Promise.all(names.map((name) => guestSession({ dir, name, user: 'debian', address: '127.0.0.1', patienceMs: 60_000 })));
    terraform.write(stack(image, sessions.map(({ userData }) => userData)));
    const { exitCode, output } = await terraform.run(['init']);
    expect(exitCode, output).toBe(0);
  });
  afterAll(async () => {
    await terraform.run(['destroy', '-auto-approve']);
    terraform.remove();
    rmSync(bundle, { recursive: true, force: true });
    await rm(dir, { recursive: true, force: true });
  });

  it('reach one another at the addresses that they were given, beside a card of their own', async () => {
    const { exitCode, output } = await terraform.run(['apply', '-auto-approve']);
    expect(exitCode, output).toBe(0);
    await Promise.all(sessions.map(async (session, at) => expect(await session.waitUntilReady({ port: portOf(names[at] ?? ''), timeoutMs: 540_000 })).toMatchObject({ ok: true })));
    for (const [at, session] of sessions.entries()) {
      const other = addressOf(1 - at);
      // OpenSSH's own banner: the other machine answers there.
      const { stdout, code } = await session.exec([`ip -brief -4 address; timeout 20 bash -c 'exec 3<>/dev/tcp/${other}/22; read -r banner <&3; echo "$banner"'; cat /sys/class/net/*/address`]);
      expect(code).toBe(0);
      expect(stdout).toContain(`${addressOf(at)}/24`);
      expect(stdout).toContain('10.0.2.15/24');
      expect(stdout).toMatch(/^SSH-2\.0-OpenSSH/m);
    }
    // Two emulated machines boot at once: on a computer of two busy cores they took nine minutes.
  }, 1_200_000);
});
