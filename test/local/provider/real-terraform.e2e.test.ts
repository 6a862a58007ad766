import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { processesIn } from '../../../src/platform/processes-in.ts';
import { findProgram } from '../../../src/platform/find-program.ts';
import { fakeQemu, type FakeQemu } from '../../support/local/fake-qemu.ts';
import { skipLoudly } from '../../support/labtui.ts';
import { bundleProvider, type MirroredProvider, type MirroredTerraform, mirroredTerraform } from '../../support/terraform/mirrored-terraform.ts';
import { whyNoTerraform } from '../../support/terraform/stack-folder.ts';

const provider: MirroredProvider = { name: 'local', source: 'labtui/local', version: '1.0.0', program: join(import.meta.dirname, '../../../src/local/main.ts') };

const stack = (machine: object = {}): object => ({
  terraform: { required_providers: { local: { source: provider.source, version: provider.version } } },
  resource: {
    local_seed: { one: { file: 'machines/one/seed.iso', instance_id: 'i-1', host_name: 'one' } },
    local_machine: {
      one: {
        ...{ name: 'one', arch: 'amd64', cpus: 1, memory_mb: 256, acceleration: 'tcg', mac: '52:54:00:00:00:01', disk_file: 'machines/one/disk.qcow2', disk_id: 'd' },
        ...{ seed_file: '${local_seed.one.file}', seed_id: '${local_seed.one.id}', ...machine },
      },
    },
  },
});

describe.skipIf(skipLoudly('local machines under the real terraform', whyNoTerraform()))('the real terraform, with machines that are small programs', () => {
  let bundle: string;
  let fake: FakeQemu;
  let terraform: MirroredTerraform;
  const environment = (): Record<string, string> => ({ PATH: fake.environment.PATH ?? '', XDG_CACHE_HOME: join(fake.home, 'cache') });
  const run = (args: readonly string[]) => terraform.run(args, environment());
  const machineDirectory = (): string => join(terraform.directory, 'machines/one');
  /** QEMUs work in their machine's directory, as do their watchdogs. */
  const qemus = () => processesIn(machineDirectory()).filter(({ words }) => words.includes('-pidfile') && words.some((word) => word.endsWith('fake-qemu.mjs')));
  const left = () => (existsSync(machineDirectory()) ? processesIn(machineDirectory()) : []);

  beforeAll(async () => {
    bundle = await bundleProvider(provider);
  });
  afterAll(() => rmSync(bundle, { recursive: true, force: true }));
  beforeEach(async () => {
    fake = fakeQemu();
    terraform = mirroredTerraform(provider, bundle, () => ['provider', 'local']);
    terraform.write(stack());
    expect((await run(['init'])).exitCode).toBe(0);
  });
  afterEach(async () => {
    for (const { pid } of left()) process.kill(pid, 'SIGKILL');
    terraform.remove();
    await fake.remove();
  });

  it('killed in the middle of a start leaves one machine at most, and the next apply and destroy leave none too many', async () => {
    fake.behave({ slowMs: 3_000 });
    const apply = terraform.start(['apply', '-auto-approve'], environment());
    await vi.waitFor(() => expect(qemus()).toHaveLength(1), 60_000);
    apply.kill('SIGKILL');
    await apply;
    fake.behave({});
    expect(qemus().length).toBeLessThanOrEqual(1);
    // The lock of the killed run is still there, the state has no machine.
    const again = await run(['apply', '-auto-approve', '-lock=false']);
    expect(again.exitCode, again.output).toBe(0);
    await vi.waitFor(() => expect(qemus()).toHaveLength(1), 10_000);
    const destroyed = await run(['destroy', '-auto-approve', '-lock=false']);
    expect(destroyed.exitCode, destroyed.output).toBe(0);
    expect(left()).toEqual([]);
    expect(existsSync(join(terraform.directory, 'machines'))).toBe(false);
  });

  it('without its state leaves a machine that goes on, and is found again by import', async () => {
    const { exitCode, output } = await run(['apply', '-auto-approve']);
    expect(exitCode, output).toBe(0);
    rmSync(join(terraform.directory, 'terraform.tfstate'));
    const [before] = qemus();
    const imported = await run(['import', 'local_machine.one', 'one']);
    expect(imported.exitCode, imported.output).toBe(0);
    const seed = terraform.stateFile().resources.find(({ type }) => type === 'local_machine')?.instances[0]?.attributes.seed_id;
    terraform.write(stack({ seed_file: 'machines/one/seed.iso', seed_id: seed }));
    const planned = await run(['plan', '-target=local_machine.one', '-detailed-exitcode']);
    expect(planned.exitCode, planned.output).toBe(0);
    expect(qemus().map(({ pid }) => pid)).toEqual([before?.pid]);
  });

  const noImg = findProgram('qemu-img', process.env) === null ? 'qemu-img is not installed (Debian: qemu-utils)' : null;
  it.skipIf(skipLoudly('an image behind a disk', noImg))('puts a disk on an image, and leaves the image where it is', async () => {
    const image = join(fake.home, 'image.raw');
    writeFileSync(image, Buffer.alloc(1024 ** 2));
    terraform.write({
      terraform: { required_providers: { local: { source: provider.source, version: provider.version } } },
      resource: {
        local_image: { own: { source: `file:${image}`, arch: 'amd64' } },
        local_disk: { one: { file: 'machines/one/disk.qcow2', image_id: '${local_image.own.id}', image_file: '${local_image.own.file}', image_format: '${local_image.own.format}', size_gb: 1 } },
      },
    });
    const applied = await run(['apply', '-auto-approve']);
    expect(applied.exitCode, applied.output).toBe(0);
    const planned = await run(['plan', '-detailed-exitcode']);
    expect(planned.exitCode, planned.output).toBe(0);
    const destroyed = await run(['destroy', '-auto-approve']);
    expect(destroyed.exitCode, destroyed.output).toBe(0);
    expect([existsSync(image), existsSync(join(terraform.directory, 'machines'))]).toEqual([true, false]);
  });

  it('is told of a port that is taken in words, its code first', async () => {
    fake.behave({ refuse: "-netdev user,id=net0: Could not set up host forwarding rule 'tcp:127.0.0.1:8080-:80'" });
    terraform.write(stack({ forwards: [{ host_port: 8080, guest_port: 80 }] }));
    const { exitCode, output } = await run(['apply', '-auto-approve']);
    expect([exitCode, output]).toEqual([1, expect.stringContaining('PortTaken: port 8080 of this computer is taken')]);
    expect(left()).toEqual([]);
  });
});
