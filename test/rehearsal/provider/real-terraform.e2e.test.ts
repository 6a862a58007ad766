import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { whyNoTerraform } from '../../support/terraform/stack-folder.ts';
import { bundleProvider } from '../../support/terraform/mirrored-terraform.ts';
import { imaginary, type ImaginaryTerraform, imaginaryTerraform } from './imaginary/imaginary-terraform.ts';

const missing = whyNoTerraform();

/** A block or attribute of each kind. */
const box = {
  name: 'one',
  weight: 0.1,
  labels: { b: '2', a: '1' },
  zones: ['b', 'a'],
  secret: 'hush',
  once: 'forgotten',
  anything: { a: [1, true] },
  owner: { name: 'me' },
  shelves: { low: { height: 1 } },
  disk: [{ image: 'x' }, { image: 'y', gb: 20 }],
  port: [{ number: 80 }, { number: 443, peer: [{ name: 'p' }, { name: 'q' }] }],
  drawer: { top: { content: 'socks' }, bottom: {} },
  lid: { material: 'wood' },
  timeouts: { create: '5m' },
} as const;
const configuration = (change: object = {}): object => ({
  resource: { imaginary_box: { one: { ...box, ...change } }, imaginary_note: { n: { box: '${imaginary_box.one.id}', text: 'hi' } } },
});

describe.skipIf(missing !== null)(`a simulated provider under the real terraform${missing === null ? '' : ` (${missing})`}`, () => {
  let bundle = '';
  let terraform: ImaginaryTerraform;

  beforeAll(async () => {
    bundle = await bundleProvider(imaginary);
  });
  afterEach(() => terraform.remove());
  afterAll(() => rmSync(bundle, { recursive: true, force: true }));

  const run = async (...args: readonly string[]): Promise<{ readonly exitCode: number | undefined; readonly output: string }> => terraform.run(args);
  const done = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, output } = await run(...args);
    expect({ args, exitCode, output }).toMatchObject({ exitCode: 0 });
    return output;
  };
  const apply = (): Promise<string> => done('apply', '-auto-approve');
  const unchanged = async (): Promise<void> => expect(await done('plan', '-detailed-exitcode')).toContain('No changes.');
  const start = async (change: object = {}): Promise<void> => {
    terraform = imaginaryTerraform(bundle);
    terraform.write(configuration(change));
    await done('init');
  };
  const boxState = (): Readonly<Record<string, unknown>> => terraform.stateFile().resources.find(({ type }) => type === 'imaginary_box')!.instances[0]!.attributes;

  it('lives: create, no changes, update, replace, drift, import, destroy', async () => {
    await start();
    const planned = await apply();
    expect(planned).toContain('Resources: 2 added, 0 changed, 0 destroyed.');
    expect(planned).toMatch(/\+ address +=.*\(known after apply\)/);
    expect(planned).toMatch(/\+ engine \(known after apply\)/);
    expect(planned).toMatch(/\+ password += \(sensitive value\)/);
    expect(planned).toMatch(/\+ size +=.*3/);
    expect(planned).not.toMatch(/hush|forgotten/);
    expect(boxState()).toMatchObject({ id: 'box-1', once: null, secret: 'hush', weight: 0.1, zones: ['a', 'b'], timeouts: { create: '5m', delete: null }, owner: { name: 'me', number: 7 } });
    expect(boxState().drawer).toEqual({ top: { content: 'socks', key: 'box-1-drawer-top-key' }, bottom: { content: null, key: 'box-1-drawer-bottom-key' } });
    await unchanged();

    // In place: what is computed stays as it is, and the port that did not change keeps its handle.
    terraform.write(configuration({ size: 4, port: [box.port[1], { number: 8080 }] }));
    expect(await apply()).toContain('Resources: 0 added, 1 changed, 0 destroyed.');
    expect(boxState()).toMatchObject({ id: 'box-1', size: 4, address: 'box-1-address' });
    expect(boxState().port).toContainEqual({ number: 443, protocol: 'tcp', handle: expect.stringMatching(/^box-1-port-\d-handle$/), peer: [{ name: 'p' }, { name: 'q' }] });

    // One block's image forces replacement, and the note has no update.
    terraform.write(configuration({ size: 4, disk: [{ image: 'x' }, { image: 'z', gb: 20 }] }));
    const replacing = await apply();
    expect(replacing).toContain('Resources: 2 added, 0 changed, 2 destroyed.');
    expect(replacing).toMatch(/~ image +=.*"y" -> "z" # forces replacement/);
    expect(replacing).toMatch(/~ box +=.*# forces replacement/);
    await unchanged();

    // Drift, first of a value, then of the whole box.
    const { id } = boxState();
    const { things } = terraform.cloud();
    terraform.setCloud({ things: { ...things, [String(id)]: { ...things[String(id)], size: 77 } } });
    expect(await done('plan')).toMatch(/~ size +=.*77 -> 4/);
    terraform.setCloud({ things: {} });
    expect(await done('plan')).toContain('Plan: 2 to add, 0 to change, 0 to destroy.');
    terraform.setCloud({ things });

    await done('state', 'rm', 'imaginary_box.one');
    await done('import', 'imaginary_box.one', String(id));
    await unchanged();
    expect((await run('import', 'imaginary_box.two', 'box-99')).exitCode).toBe(1);

    expect(await done('destroy', '-auto-approve')).toContain('Resources: 2 destroyed.');
    expect(terraform.cloud().things).toEqual({});
  });

  it('lives without TLS, too', async () => {
    await start();
    const plain = { TF_DISABLE_PLUGIN_TLS: '1' };
    expect((await terraform.run(['apply', '-auto-approve'], plain)).output).toContain('Resources: 2 added');
    expect((await terraform.run(['destroy', '-auto-approve'], plain)).output).toContain('Resources: 2 destroyed.');
  });

  it('fails as a provider does, and says what exists all the same', async () => {
    await start({ size: 13 });
    expect((await run('plan')).output).toMatch(/expected size not to be 13\s+.*\s+on main\.tf\.json/);
    terraform.write(configuration({ disk: [{ image: 'a' }, { image: 'b' }, { image: 'c' }] }));
    expect((await run('plan')).output).toMatch(/Too many (disk blocks|list items)/);
    terraform.write({ provider: { imaginary: { token: 'wrong' } }, ...configuration() });
    expect((await run('plan')).output).toContain('Error: the token is wrong');

    terraform.write(configuration());
    terraform.setCloud({ failure: 'throw' });
    const unexpected = await run('apply', '-auto-approve');
    expect(unexpected.exitCode).toBe(1);
    expect(unexpected.output).toMatch(/Error: Plugin error[\s\S]*nobody expected this/);
    expect(unexpected.output).not.toContain('Plugin did not respond');

    terraform.setCloud({ failure: 'partial' });
    expect((await run('apply', '-auto-approve')).output).toMatch(/Error: the lid fell off[\s\S]*Box is there without one\./);
    expect(terraform.stateFile().resources[0]!.instances[0]).toMatchObject({ status: 'tainted', attributes: { id: 'box-1', name: 'one', address: null } });
    terraform.setCloud({ failure: undefined });
    expect(await done('plan')).toContain('imaginary_box.one is tainted, so must be replaced');
    await apply();

    terraform.setCloud({ failure: 'update' });
    terraform.write(configuration({ size: 4 }));
    expect((await run('apply', '-auto-approve')).output).toContain('Error: the box is locked');
    expect(boxState()).toMatchObject({ size: 3 });
    terraform.setCloud({ failure: 'delete' });
    expect((await run('destroy', '-auto-approve')).output).toContain('Error: the box is glued to the floor');
    expect(boxState()).toMatchObject({ id: 'box-2' });
    terraform.setCloud({ failure: undefined });
    await done('destroy', '-auto-approve');

    terraform.setCloud({ failure: 'inconsistent' });
    expect((await run('apply', '-auto-approve')).output).toMatch(/inconsistent result after apply[\s\S]*size:\s+planned\s+was\s+4,\s+now\s+it\s+is\s+99\./);
  });

  it('stops when Terraform asks, dies of its faults, and does not outlive a Terraform that was killed', async () => {
    await start();
    terraform.setCloud({ failure: 'slow' });
    const interrupted = terraform.start(['apply', '-auto-approve']);
    const creating = (process: typeof interrupted): Promise<void> =>
      new Promise((resolve) => {
        let said = '';
        process.all?.on('data', (data) => {
          said += String(data);
          if (said.includes('Creating...')) resolve();
        });
      });
    await creating(interrupted);
    await wait(200);
    interrupted.kill('SIGINT');
    expect(await interrupted).toMatchObject({ exitCode: 1, all: expect.stringContaining('Error: context canceled') });

    const killed = terraform.start(['apply', '-auto-approve']);
    await creating(killed);
    killed.kill('SIGKILL');
    await killed;
    const isLeft = async (): Promise<boolean> => (await execa('pgrep', ['-f', terraform.directory.replace(/stack$/, 'cloud.json')], { reject: false })).exitCode === 0;
    for (let waitedMs = 0; waitedMs < 60_000 && (await isLeft()); waitedMs += 100) await wait(100);
    expect(await isLeft()).toBe(false);

    terraform.setCloud({ failure: 'provider-crash' });
    const crashed = await run('apply', '-auto-approve');
    expect(crashed).toMatchObject({ exitCode: 1, output: expect.stringMatching(/Error: (?:Plugin did not respond|Request cancelled)/) });

    terraform.setCloud({ failure: undefined });
    terraform.write({ resource: { imaginary_note: { n: { box: 'none', text: 'x'.repeat(1000) } } } });
    await apply();
    const state = join(terraform.directory, 'terraform.tfstate');
    const { size } = statSync(state);
    terraform.setCloud({ failure: 'half-written-state' });
    terraform.write({ resource: { imaginary_note: { n: { box: 'none', text: 'x'.repeat(1000) } }, imaginary_box: { one: box } } });
    const cut = await terraform.start(['apply', '-auto-approve']);
    expect(cut.signal).toBe('SIGKILL');
    expect(statSync(state).size).toBe(Math.floor(size / 2));
  });

  it('tells a person who starts it what it is', async () => {
    terraform = imaginaryTerraform(bundle);
    const { exitCode, stdout, stderr } = await execa(terraform.executable, { reject: false });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('Terraform starts it by itself');
    const cookie = { TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2', PLUGIN_PROTOCOL_VERSIONS: '5' };
    expect((await execa(terraform.executable, { reject: false, env: cookie })).stderr).toContain('speaks plugin protocol 6, this Terraform only 5');
  });
});
