import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { isAlive, processIdentitySchema } from '../../src/terraform/process-identity.ts';
import { findRunning } from '../../src/terraform/running.ts';
import { executable, fakeTerraform } from '../support/terraform/fake-terraform.ts';
import { recordedCall, stackFolder, temporaryFolder, terraformWith } from '../support/terraform/stack-folder.ts';

const version = JSON.stringify({ '@level': 'info', '@message': 'Terraform 1.11.4', type: 'version', terraform: '1.11.4', ui: '1.2' });

async function modeOf(file: string): Promise<number> {
  return (await stat(file)).mode & 0o777;
}

describe('what Terraform is given', () => {
  const hostile = {
    TF_CLI_ARGS: '-help',
    TF_CLI_ARGS_apply: '-target=nothing',
    TF_WORKSPACE: 'other',
    TF_LOG: 'TRACE',
    TF_LOG_PATH: '/dev/full',
    TF_DATA_DIR: '/nowhere',
    TF_VAR_x: '1',
    TF_REATTACH_PROVIDERS: '{}',
    TF_INPUT: '1',
    SSH_AUTH_SOCK: '/agent',
    GITHUB_TOKEN: 'secret',
    LD_PRELOAD: '',
    AWS_PROFILE: 'lab',
    AWS_REGION: 'eu-west-1',
    AZURE_SECRET: 'other cloud',
  };
  const wanted = {
    HOME: '/home/me',
    LC_ALL: 'C.UTF-8',
    XDG_CONFIG_HOME: '/home/me/.config',
    https_proxy: 'http://proxy:1',
    NO_PROXY: 'localhost',
    SSL_CERT_FILE: '/certs.pem',
    TF_TOKEN_example_org: 't',
    TF_REGISTRY_CLIENT_TIMEOUT: '9',
  };

  it('is an allow-list of the environment, argument arrays and a session of its own', async () => {
    const fake = await fakeTerraform({ stdout: [version] });
    const environment = { PATH: process.env.PATH, ...hostile, ...wanted };
    const terraform = await terraformWith({ terraformBin: fake.binary, environment });
    const directory = await stackFolder({});
    const { call } = recordedCall(directory, ['AWS_*', 'TF_WORKSPACE', 'TF_*']);
    for (const outcome of [
      await terraform.init(call),
      await terraform.plan({ ...call, planFile: null }),
      await terraform.plan({ ...call, planFile: 'a plan' }),
      await terraform.apply({ ...call, planFile: 'a plan' }),
      await terraform.apply({ ...call, planFile: null }),
      await terraform.destroy(call),
    ]) {
      expect(outcome).toMatchObject({ ok: true, interrupted: false, errors: [] });
    }
    const runs = await fake.runs();
    const plan = join(directory, 'a plan');
    expect(runs.map(({ argv }) => argv)).toEqual([
      ['init', '-input=false', '-no-color', '-json'],
      ['plan', '-json', '-input=false', '-lock-timeout=30s'],
      ['plan', '-json', '-input=false', '-lock-timeout=30s', `-out=${plan}`],
      ['apply', '-json', '-input=false', '-auto-approve', '-lock-timeout=30s', plan],
      ['apply', '-json', '-input=false', '-auto-approve', '-lock-timeout=30s'],
      ['destroy', '-json', '-input=false', '-auto-approve', '-lock-timeout=30s'],
    ]);
    const { PWD: _pwd, ...given } = runs[1]!.env;
    expect(given).toEqual({
      PATH: process.env.PATH,
      ...wanted,
      AWS_PROFILE: 'lab',
      AWS_REGION: 'eu-west-1',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
    });
    for (const { session, pid } of runs) expect(session).toBe(pid);
    expect(runs[0]!.env.TF_PLUGIN_CACHE_DIR).toMatch(/\/plugins$/);
  });

  it('asks an older init for text, and makes diagnostics of what it prints', async () => {
    const stderr = '\nError: Failed to query available provider packages\n\nCould not\nretrieve it\n';
    const fake = await fakeTerraform({ version: '1.8.5', stdout: ['Initializing the backend...'], stderr, exitCode: 1 });
    const terraform = await terraformWith({ terraformBin: fake.binary });
    const { call, messages } = recordedCall(await stackFolder({}));
    const error = { severity: 'error', summary: 'Failed to query available provider packages', detail: 'Could not retrieve it', address: null };
    expect(await terraform.init(call)).toMatchObject({ ok: false, interrupted: false, errors: [error] });
    expect((await fake.runs())[0]!.argv).toEqual(['init', '-input=false', '-no-color']);
    expect(messages).toEqual([
      { kind: 'log', level: 'info', message: 'Initializing the backend...' },
      { kind: 'diagnostic', ...error },
    ]);
  });

  it("leaves files for their owner only, and of a plan that failed nothing", async () => {
    const fake = await fakeTerraform({ stdout: [version], stderr: 'a warning about nothing' });
    const terraform = await terraformWith({ terraformBin: fake.binary });
    const directory = await stackFolder({});
    const { call } = recordedCall(directory);
    const plan = join(directory, 'lab.plan');
    await writeFile(plan, 'an old plan', { mode: 0o644 });
    expect(await terraform.plan({ ...call, planFile: 'lab.plan' })).toMatchObject({ ok: true, errors: [] });
    expect(await modeOf(plan)).toBe(0o600);
    await fake.behave({ exitCode: 1 });
    expect((await terraform.plan({ ...call, planFile: 'lab.plan' })).ok).toBe(false);
    await expect(stat(plan)).rejects.toThrow('ENOENT');

    await fake.behave({ stdout: [version, 'second run'] });
    await terraform.plan({ ...call, planFile: null });
    const folder = join(directory, '.labtui');
    expect(await modeOf(folder)).toBe(0o700);
    expect((await readdir(folder)).sort()).toEqual(['plan.ndjson', 'plan.stderr']);
    expect(await modeOf(join(folder, 'plan.ndjson'))).toBe(0o600);
    expect(await readFile(join(folder, 'plan.ndjson'), 'utf8')).toBe(`${version}\nsecond run\n`);
  });
});

describe('how Terraform ends', () => {
  it('tells a failure without diagnostics by its exit code and the end of its standard error', async () => {
    const fake = await fakeTerraform({ stdout: [version], stderr: 'panic: oh\ngoroutine 1 [running]\n', exitCode: 2 });
    const terraform = await terraformWith({ terraformBin: fake.binary });
    const { call, messages } = recordedCall(await stackFolder({}));
    const error = { severity: 'error', summary: 'terraform destroy ended with exit code 2', detail: 'panic: oh\ngoroutine 1 [running]', address: null };
    expect(await terraform.destroy(call)).toMatchObject({ ok: false, interrupted: false, errors: [error] });
    expect(messages.at(-1)).toEqual({ kind: 'diagnostic', ...error });
  });

  it('tells that somebody killed it', async () => {
    const script = '#!/bin/sh\n[ "$1" = version ] && echo \'{"terraform_version":"1.9.0"}\' && exit\nkill -9 $$\n';
    const terraform = await terraformWith({ terraformBin: await executable(script) });
    const outcome = await terraform.destroy(recordedCall(await stackFolder({})).call);
    expect(outcome.errors[0]?.summary).toBe('terraform destroy was killed by SIGKILL');
  });

  it('refuses another major version of the output, after Terraform has ended', async () => {
    const fake = await fakeTerraform({ stdout: [version.replace('"1.2"', '"2.0"')], lingerMs: 100 });
    const terraform = await terraformWith({ terraformBin: fake.binary });
    await expect(terraform.apply({ ...recordedCall(await stackFolder({})).call, planFile: null })).rejects.toMatchObject({
      problem: { kind: 'prerequisite', summary: expect.stringContaining('format 2.0') },
    });
    expect((await fake.runs())[0]!.signals).toEqual(['SIGINT']);
  });

  it('survives a reader that throws: Terraform is interrupted once and waited for, then the error is passed on', async () => {
    const fake = await fakeTerraform({ stdout: ['one', 'two', 'three'], lingerMs: 200 });
    const terraform = await terraformWith({ terraformBin: fake.binary });
    const directory = await stackFolder({});
    const { call, abort } = recordedCall(directory);
    const onMessage = (): never => {
      setTimeout(() => abort.abort(), 60);
      throw new TypeError('a bug');
    };
    const broken = { ...call, onMessage };
    await expect(terraform.destroy(broken)).rejects.toThrow(new TypeError('a bug'));
    expect((await fake.runs())[0]!.signals).toEqual(['SIGINT']);
    expect(await readdir(join(directory, '.labtui'))).not.toContain('running.json');
  });

  it('waits as long as it takes after the one interrupt, and names the process meanwhile', async () => {
    const fake = await fakeTerraform({ stdout: ['started'], lingerMs: 5_000, exitCode: 1 });
    const terraform = await terraformWith({ terraformBin: fake.binary });
    const directory = await stackFolder({});
    const { call, abort, seen } = recordedCall(directory);
    const applying = terraform.apply({ ...call, planFile: null });
    await seen(({ kind }) => kind === 'log');
    abort.abort();
    abort.abort('again');
    const record = await vi.waitFor(async () => {
      const written: unknown = JSON.parse(await readFile(join(directory, '.labtui', 'running.json'), 'utf8'));
      expect(written).toMatchObject({ command: 'apply', interruptedAt: expect.any(String), owner: { pid: process.pid } });
      return written;
    }, 60_000);
    const child = processIdentitySchema.parse(record);
    expect(isAlive(child)).toBe(true);
    expect(await findRunning(directory)).toBeNull();
    await expect(terraform.destroy(recordedCall(directory).call)).rejects.toMatchObject({ problem: { kind: 'conflict' } });
    expect(await applying).toMatchObject({ ok: false, interrupted: true, errors: [] });
    expect((await fake.runs())[0]!.signals).toEqual(['SIGINT']);
    expect(isAlive(child)).toBe(false);
  });

  it('hears an abort that comes in the very moment of its start', async () => {
    const fake = await fakeTerraform({ stdout: ['started'], lingerMs: 0 });
    const { call, abort } = recordedCall(await stackFolder({}));
    const now = (): Date => {
      abort.abort();
      return new Date();
    };
    const terraform = await terraformWith({ terraformBin: fake.binary, now });
    const outcome = await terraform.destroy(call);
    expect(outcome.interrupted).toBe(true);
    expect(outcome.durationMs).toBeLessThan(10_000);
  });

  it('says where the disk does not take the output', async () => {
    const fake = await fakeTerraform();
    const terraform = await terraformWith({ terraformBin: fake.binary });
    const directory = await stackFolder({});
    await writeFile(join(directory, '.labtui'), 'a file in the way');
    await expect(terraform.destroy(recordedCall(directory).call)).rejects.toMatchObject({
      problem: { kind: 'prerequisite', summary: expect.stringContaining('.labtui') },
    });
    expect(await fake.runs()).toEqual([]);
  });
});

it('setup tells doctor whose cache and CLI configuration are in use', async () => {
  const { binary } = await fakeTerraform();
  const homeDir = await temporaryFolder();
  const cacheDir = await temporaryFolder();
  const setupWith = async (environment: Record<string, string>) =>
    (await terraformWith({ terraformBin: binary, cacheDir, environment: { PATH: process.env.PATH, HOME: homeDir, ...environment } })).setup();
  const own = { setBy: 'labtui', directory: join(cacheDir, 'plugins') };
  expect(await setupWith({})).toEqual({ cacheDir, pluginCache: own, cliConfig: { file: null, missing: null } });
  expect(await setupWith({ TF_PLUGIN_CACHE_DIR: '/c' })).toMatchObject({ pluginCache: { setBy: 'environment' } });

  const rc = join(homeDir, '.terraformrc');
  await writeFile(rc, '# plugin_cache_dir = "/x"\nplugin_cache_dir = "/y"\n');
  expect(await setupWith({})).toMatchObject({ pluginCache: { setBy: 'cli-config' }, cliConfig: { file: rc } });
  // Terraform reads no other file once the environment names one, be it there or not.
  const missing = join(homeDir, 'gone');
  expect(await setupWith({ TF_CLI_CONFIG_FILE: missing })).toEqual({ cacheDir, pluginCache: own, cliConfig: { file: null, missing } });
  await writeFile(rc, '# plugin_cache_dir = "/x"\n/* plugin_cache_dir = "/x" */\nprovider_installation {}\n');
  const mirrored = await setupWith({});
  expect(mirrored.pluginCache).toMatchObject({ setBy: 'labtui', directory: expect.stringMatching(/plugins-[0-9a-f]{8}$/) });
});
