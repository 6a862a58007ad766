import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import schemaJson from '../../../src/local/provider/schema.json' with { type: 'json' };
import { type Attributes, ProviderError, unknown } from '../../../src/plugin/behaviour.ts';
import { complete } from '../../../src/plugin/plan/complete.ts';
import { planChange } from '../../../src/plugin/plan/plan-change.ts';
import { inconsistencies } from '../../../src/plugin/plan/consistency.ts';
import { parseProviderSchema } from '../../../src/plugin/schema/block-schema.ts';
import type { LocalContext, LocalResource } from '../../../src/local/provider/context.ts';
import { findResources, removeResource } from '../../../src/local/provider/found-machines.ts';
import { setMachinePower } from '../../../src/local/provider/machine-power.ts';
import { localDiagnostic, localProvider } from '../../../src/local/provider/local-provider.ts';
import { validateMachine } from '../../../src/local/provider/validate-machine.ts';
import { processOf } from '../../../src/local/provider/machine-state.ts';
import { isRunning } from '../../../src/local/qemu/process.ts';
import { thisComputer } from '../../../src/platform/computer-identity.ts';
import { fakeQemu, type FakeQemu } from '../../support/local/fake-qemu.ts';

const missing = (() => {
  try {
    execFileSync('qemu-img', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    const reason = 'SKIPPED: qemu-img is not installed (Debian: qemu-utils)';
    process.stderr.write(`\n${reason}\n`);
    return reason;
  }
})();

const schema = parseProviderSchema(schemaJson);

let fake: FakeQemu;
let context: LocalContext;
beforeEach(() => {
  fake = fakeQemu();
  fake.directory('web-1');
  const image = join(fake.home, 'image.raw');
  writeFileSync(image, Buffer.alloc(1024 ** 2));
  context = { config: complete(schema.provider, {}), signal: new AbortController().signal, workingDirectory: fake.home, environment: fake.environment };
});
afterEach(() => fake.remove());

function part(type: string): { behaviour: LocalResource; block: (typeof schema.resources)[string] } {
  const behaviour = localProvider.resources.find((each) => each.type === type);
  const block = schema.resources[type];
  if (behaviour === undefined || block === undefined) throw new Error(`no ${type}`);
  return { behaviour, block };
}

/** Plans as the server does. */
function plan(type: string, config: Attributes, prior: Attributes | null = null) {
  const { behaviour, block } = part(type);
  return planChange(block, behaviour, { config: complete(block.block, config), prior }, context);
}

/** Plans and applies a change that is no replacement, and holds the result against the plan. */
async function apply(type: string, config: Attributes, prior: Attributes | null = null): Promise<Attributes> {
  const { behaviour, block } = part(type);
  const { planned } = plan(type, config, prior);
  const made = prior === null ? await behaviour.create(planned, context, config) : ((await behaviour.update?.(prior, planned, context, config)) ?? planned);
  const state = complete(block.block, { ...planned, ...made });
  expect(inconsistencies(block.block.type, planned, state)).toEqual([]);
  return state;
}

const read = (type: string, state: Attributes) => part(type).behaviour.read(state, context);
const destroy = (type: string, state: Attributes) => part(type).behaviour.delete(state, context);

const diskConfig = (): Attributes => ({ file: 'machines/web-1/disk.qcow2', image_id: 'sha256:0', image_file: join(fake.home, 'image.raw'), image_format: 'raw', size_gb: 1 });
const seedConfig: Attributes = { file: 'machines/web-1/seed.iso', instance_id: 'i-1', host_name: 'web-1', user_data: '#cloud-config\n' };
const machineConfig: Attributes = {
  ...{ name: 'web-1', arch: 'amd64', cpus: 1, memory_mb: 256, acceleration: 'tcg', mac: '52:54:00:00:00:01' },
  ...{ disk_file: 'machines/web-1/disk.qcow2', disk_id: 'disk-1', seed_file: 'machines/web-1/seed.iso', seed_id: 'x', tags: { 'labtui-session-id': 's-1' } },
};

describe('local_machine', () => {
  it('is planned with what only its start tells, and then plans no changes', async () => {
    const { planned } = plan('local_machine', machineConfig);
    expect([planned.pid, planned.ssh_port, planned.running, planned.name]).toEqual([unknown, unknown, true, 'web-1']);
    const state = await apply('local_machine', machineConfig);
    expect(state).toMatchObject({ running: true, status: 'running', address: '127.0.0.1', accelerator: 'tcg', directory: 'machines/web-1', console_log: 'machines/web-1/console.log' });
    expect(await read('local_machine', state)).toEqual(state);
    expect(plan('local_machine', machineConfig, state)).toEqual({ planned: state, requiresReplace: [] });
  });

  it('whose process is gone is off, not gone: a plan that says so starts it, and it keeps its port', async () => {
    const state = await apply('local_machine', machineConfig);
    process.kill(Number(state.pid), 'SIGKILL');
    await vi.waitFor(async () => expect(await read('local_machine', state)).toMatchObject({ running: false, status: 'stopped', pid: null }), 10_000);
    const off = complete(part('local_machine').block.block, (await read('local_machine', state)) ?? {});
    expect(plan('local_machine', machineConfig, off)).toEqual({ planned: off, requiresReplace: [] });
    const on = { ...machineConfig, running: true };
    const { planned, requiresReplace } = plan('local_machine', on, off);
    expect([planned.running, planned.pid, requiresReplace]).toEqual([true, unknown, []]);
    const again = await apply('local_machine', on, off);
    expect(again).toMatchObject({ running: true, id: state.id, ssh_port: state.ssh_port });
    expect(again.pid).not.toBe(state.pid);
  });

  it('is powered off and on in place, and replaced by everything that its QEMU is started with', async () => {
    const state = await apply('local_machine', machineConfig);
    const off = await apply('local_machine', { ...machineConfig, running: false }, state);
    expect(off).toMatchObject({ running: false, status: 'stopped', pid: null });
    const process = processOf(state);
    expect(process !== null && isRunning(process)).toBe(false);
    expect(plan('local_machine', { ...machineConfig, cpus: 2 }, state).requiresReplace).toEqual([['cpus']]);
    expect(plan('local_machine', { ...machineConfig, tags: { a: 'b' }, expires_at: '2030-01-01T00:00:00Z' }, state).requiresReplace).toEqual([]);
  });

  it('has its deadline moved in place, and is not started after it', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const state = await apply('local_machine', { ...machineConfig, expires_at: later });
    const deadline = () => Number(readFileSync(join(fake.home, 'machines/web-1/deadline'), 'utf8'));
    expect(deadline()).toBe(Math.ceil(Date.parse(later) / 1_000) + 60);
    const moved = await apply('local_machine', { ...machineConfig, expires_at: '2037-01-01T00:00:00Z' }, state);
    expect([deadline(), moved.pid]).toEqual([Date.parse('2037-01-01T00:01:00Z') / 1_000, state.pid]);
    await destroy('local_machine', moved);
    const over = { ...machineConfig, expires_at: '2020-01-01T00:00:00Z' };
    await expect(apply('local_machine', over)).rejects.toMatchObject({ problem: { code: 'Expired' } });
    expect(existsSync(join(fake.home, 'machines'))).toBe(false);
  });

  it('leaves no process and no file', async () => {
    const state = await apply('local_machine', machineConfig);
    const process = processOf(state);
    await destroy('local_machine', state);
    expect(process !== null && isRunning(process)).toBe(false);
    expect(existsSync(join(fake.home, 'machines'))).toBe(false);
    await destroy('local_machine', state);
  });

  it('that no state knows is imported, and plans no changes', async () => {
    const state = await apply('local_machine', machineConfig);
    const imported = await part('local_machine').behaviour.import?.('web-1', context);
    const found = complete(part('local_machine').block.block, (await read('local_machine', complete(part('local_machine').block.block, imported ?? {}))) ?? {});
    expect({ ...found, running: true }).toEqual({ ...state, running: true });
    expect(plan('local_machine', machineConfig, found).requiresReplace).toEqual([]);
    await expect(part('local_machine').behaviour.import?.('web-2', context)).rejects.toBeInstanceOf(ProviderError);
  });

  it('is found by its own files, and can be removed without any state', async () => {
    const state = await apply('local_machine', machineConfig);
    const process = processOf(state);
    const [found, ...others] = await findResources(fake.environment);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ name: 'web-1', id: state.id, tags: { 'labtui-session-id': 's-1' }, running: { process: { pid: state.pid } } });
    if (found !== undefined) await removeResource(found, fake.environment);
    expect(process !== null && isRunning(process)).toBe(false);
    expect(await findResources(fake.environment)).toEqual([]);
    expect(await read('local_machine', state)).toBeNull();
  });

  it('whose files are all gone is found as long as it runs, and ended', async () => {
    const state = await apply('local_machine', machineConfig);
    const process = processOf(state);
    rmSync(join(fake.home, 'machines'), { recursive: true });
    const [found] = await findResources(fake.environment);
    expect(found).toMatchObject({ id: state.id, running: { process: { pid: state.pid } } });
    if (found !== undefined) await removeResource(found, fake.environment);
    expect(process !== null && isRunning(process)).toBe(false);
    expect(await findResources(fake.environment)).toEqual([]);
  });

  it('is powered off and on by its own files, without Terraform, and is planned as it is', async () => {
    const state = await apply('local_machine', machineConfig);
    const [found] = await findResources(fake.environment);
    if (found === undefined) throw new Error('no machine');
    await setMachinePower(found, 'stopped', context);
    await setMachinePower(found, 'stopped', context);
    const off = (await read('local_machine', state)) ?? {};
    expect(off).toMatchObject({ running: false, status: 'stopped', pid: null });
    expect(plan('local_machine', machineConfig, off).planned).toEqual(off);
    expect(await findResources(fake.environment)).toMatchObject([{ id: state.id, running: null }]);
    await setMachinePower(found, 'running', context);
    const on = await read('local_machine', off);
    expect(on).toMatchObject({ running: true, status: 'running', ssh_port: state.ssh_port });
    expect(on?.pid).not.toBe(state.pid);
  });

  it.skipIf(thisComputer().machine === null)('of another computer is not touched: its files here are a copy', async () => {
    const state = await apply('local_machine', machineConfig);
    const file = join(fake.home, 'machines/web-1/machine.json');
    const record = JSON.parse(readFileSync(file, 'utf8')) as { computer: string | null };
    expect(record.computer).toEqual(thisComputer().machine);
    writeFileSync(file, JSON.stringify({ ...record, computer: 'elsewhere', hostName: 'far-away' }));
    await expect(read('local_machine', state)).rejects.toThrow('on far-away');
    await expect(destroy('local_machine', state)).rejects.toThrow('on far-away');
    writeFileSync(file, JSON.stringify(record));
  });

  it('of a creation that was cut off is ended by the next one: never two of a name', async () => {
    const lost = await apply('local_machine', machineConfig);
    const state = await apply('local_machine', machineConfig);
    const process = processOf(lost);
    expect(process !== null && isRunning(process)).toBe(false);
    expect(await read('local_machine', lost)).toBeNull();
    // What a state still says of the lost one does not reach the other.
    await destroy('local_machine', lost);
    expect(await read('local_machine', state)).toMatchObject({ running: true });
  });

  it('never touches a process that is not its own, whatever its files say', async () => {
    const state = await apply('local_machine', machineConfig);
    const process_ = processOf(state);
    const foreign = { ...state, pid: process.pid };
    writeFileSync(join(fake.home, 'machines/web-1/qemu.pid'), `${process.pid}\n`);
    await destroy('local_machine', foreign);
    expect(process_ !== null && isRunning(process_)).toBe(false);
  });

  it('leaves nothing where QEMU does not start, and says why', async () => {
    fake.behave({ refuse: "cannot set up guest memory 'pc.ram': Cannot allocate memory" });
    const failure: unknown = await apply('local_machine', machineConfig).catch((error: unknown) => error);
    expect(localDiagnostic(failure)).toMatchObject({ severity: 'error', summary: 'OutOfMemory: this computer has not enough free memory for the machine' });
    expect(existsSync(join(fake.home, 'machines'))).toBe(false);
  });

  it.each([
    [{ arch: 'mips' }, 'arch "mips" is not one of amd64, arm64'],
    [{ name: '../up' }, 'name "../up" is not a name of letters, digits, dots and dashes'],
    [{ mac: '52:54' }, 'mac "52:54" is not a MAC address such as 52:54:00:12:34:56'],
    [{ cpus: 0 }, 'cpus must be a whole number of at least 1'],
    [{ expires_at: 'soon' }, 'expires_at "soon" is not a time such as 2026-11-21T18:00:00Z'],
    [{ network: '239.1.1.1:20000' }, 'a machine on a network needs network_mac'],
  ])('is refused where it cannot be: %o', (change, summary) => {
    expect(validateMachine({ ...machineConfig, ...change }).map((problem) => problem.summary)).toEqual([summary]);
    expect(validateMachine({ ...machineConfig, arch: unknown })).toEqual([]);
  });
});

describe.skipIf(missing !== null)(`local_disk${missing === null ? '' : ` (${missing})`}`, () => {
  it('is an overlay of its size, gone when its file is, and leaves no file', async () => {
    const state = await apply('local_disk', diskConfig());
    const file = join(fake.home, 'machines/web-1/disk.qcow2');
    expect(JSON.parse(execFileSync('qemu-img', ['info', '--output=json', file], { encoding: 'utf8' }))).toMatchObject({ 'virtual-size': 1024 ** 3, 'backing-filename': join(fake.home, 'image.raw') });
    expect(state.size_bytes).toBe(1024 ** 3);
    expect(await read('local_disk', state)).toEqual(state);
    expect(plan('local_disk', diskConfig(), state)).toEqual({ planned: state, requiresReplace: [] });
    await destroy('local_disk', state);
    expect(existsSync(join(fake.home, 'machines'))).toBe(false);
    expect(await read('local_disk', state)).toBeNull();
  });

  it('stays where its image is found in another place, and is replaced by another image', async () => {
    const state = await apply('local_disk', diskConfig());
    writeFileSync(join(fake.home, 'moved.raw'), Buffer.alloc(1024 ** 2));
    const config = { ...diskConfig(), image_file: join(fake.home, 'moved.raw') };
    expect(plan('local_disk', config, state).requiresReplace).toEqual([]);
    await apply('local_disk', config, state);
    const info = execFileSync('qemu-img', ['info', '--output=json', join(fake.home, 'machines/web-1/disk.qcow2')], { encoding: 'utf8' });
    expect(JSON.parse(info)).toMatchObject({ 'backing-filename': join(fake.home, 'moved.raw') });
    expect(plan('local_disk', { ...diskConfig(), image_id: 'sha256:1' }, state).requiresReplace).toEqual([['image_id']]);
  });

  it('smaller than its image is refused', async () => {
    writeFileSync(join(fake.home, 'image.raw'), Buffer.alloc(0));
    execFileSync('truncate', ['-s', '3G', join(fake.home, 'image.raw')]);
    await expect(apply('local_disk', diskConfig())).rejects.toMatchObject({ problem: { kind: 'invalid-input', hint: '--disk 3 or more' } });
  });
});

describe('local_seed and local_network', () => {
  it('a seed is the same file for the same content, made again where it is gone or changed', async () => {
    const state = await apply('local_seed', seedConfig);
    const file = join(fake.home, 'machines/web-1/seed.iso');
    expect(state.id).toMatch(/^[0-9a-f]{64}$/);
    expect(await read('local_seed', state)).toEqual(state);
    writeFileSync(file, 'changed');
    expect(await read('local_seed', state)).toBeNull();
    expect((await apply('local_seed', seedConfig)).id).toBe(state.id);
    expect(plan('local_seed', { ...seedConfig, user_data: 'other' }, state).requiresReplace).toEqual([['user_data']]);
    await destroy('local_seed', state);
    expect(existsSync(join(fake.home, 'machines'))).toBe(false);
  });

  it('a directory stays as long as anything else is in it', async () => {
    const state = await apply('local_seed', seedConfig);
    mkdirSync(join(fake.home, 'machines/web-1/more'));
    await destroy('local_seed', state);
    expect(existsSync(join(fake.home, 'machines/web-1/more'))).toBe(true);
    rmSync(join(fake.home, 'machines'), { recursive: true });
  });

  it('a network is a group of the loopback interface that others hardly have', async () => {
    const [one, two] = [await apply('local_network', { name: 'lab' }), await apply('local_network', { name: 'lab' })];
    expect(one.id).toMatch(/^239\.\d+\.\d+\.\d+:\d+$/);
    expect(two.id).not.toBe(one.id);
    expect(await read('local_network', one)).toEqual(one);
  });
});
