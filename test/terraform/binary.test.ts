import { chmod, mkdir, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../src/core/errors.ts';
import { executable, fakeTerraform } from '../support/terraform/fake-terraform.ts';
import { recordedCall, stackFolder, temporaryFolder, terraformWith } from '../support/terraform/stack-folder.ts';

async function refusalOf(options: Parameters<typeof terraformWith>[0]): Promise<LabError> {
  const terraform = await terraformWith(options);
  const error = await terraform.version().then(
    (version) => expect.unreachable(`it accepted ${JSON.stringify(version)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LabError);
  const refusal = error as LabError;
  expect(refusal.problem.kind).toBe('prerequisite');
  expect(refusal.problem.hint).toMatch(/labtui doctor --install-terraform.*https:\/\/.*--terraform-bin/);
  return refusal;
}

describe('the terraform binary', () => {
  it('is taken from PATH, by relative path or by name, and asked once', async () => {
    const { binary, runs } = await fakeTerraform({ version: '1.5.0' });
    const environment = { ...process.env, PATH: `${dirname(binary)}:${process.env.PATH ?? ''}` };
    const found = { product: 'terraform', version: '1.5.0', binary };
    const terraform = await terraformWith({ environment });
    expect(await terraform.version()).toEqual(found);
    const workingDirectory = await temporaryFolder();
    const byPath = await terraformWith({ workingDirectory, terraformBin: relative(workingDirectory, binary) });
    expect(await byPath.version()).toEqual(found);

    await symlink(binary, join(dirname(binary), 'tofu'));
    const tofu = await terraformWith({ environment, terraformBin: 'tofu' });
    await expect(tofu.version()).rejects.toThrow(/OpenTofu 1\.5\.0.*1\.6\.0/);
    expect(await runs()).toEqual([]);
  });

  it('is refused, with the way out, when it is missing', async () => {
    const empty = await temporaryFolder();
    expect((await refusalOf({ environment: { PATH: empty } })).message).toBe('terraform was not found on PATH');
    expect((await refusalOf({ environment: {} })).message).toBe('terraform was not found on PATH');
    expect((await refusalOf({ terraformBin: join(empty, 'no') })).message).toContain('no such file');
    expect((await refusalOf({ terraformBin: `${empty}/` })).message).toContain('not a file');
  });

  it('is the newest that labtui fetched, where PATH has none and none is named', async () => {
    const cacheDir = await temporaryFolder();
    const fetched = async (version: string): Promise<string> => {
      const home = join(cacheDir, 'terraform', version);
      await mkdir(home, { recursive: true });
      await symlink((await fakeTerraform({ version })).binary, join(home, 'terraform'));
      return join(home, 'terraform');
    };
    const empty = { PATH: `${await temporaryFolder()}:${dirname(process.execPath)}` };
    await mkdir(join(cacheDir, 'terraform', '1.13.0'), { recursive: true });
    await fetched('.1.12.0.0123456789ab.tmp');
    await fetched('1.9.8');
    const newest = await fetched('1.11.4');
    expect(await (await terraformWith({ cacheDir, environment: empty })).version()).toEqual({ product: 'terraform', version: '1.11.4', binary: newest });

    const own = await fakeTerraform({ version: '1.6.0' });
    const environment = { PATH: `${dirname(own.binary)}:${empty.PATH}` };
    expect(await (await terraformWith({ cacheDir, environment })).version()).toMatchObject({ binary: own.binary });
    expect((await refusalOf({ cacheDir, environment: empty, terraformBin: 'tofu' })).message).toBe('tofu was not found on PATH');
  });

  it('is refused when it is not executable, too old, broken or not Terraform', async () => {
    const plain = await executable('#!/bin/sh\n', 'terraform', 0o644);
    await chmod(plain, 0o644);
    expect((await refusalOf({ environment: { PATH: dirname(plain) } })).message).toContain('not executable');
    expect((await refusalOf({ terraformBin: (await fakeTerraform({ version: '1.4.7' })).binary })).message).toMatch(/1\.4\.7.*1\.5\.0/);
    expect((await refusalOf({ terraformBin: await executable('#!/bin/sh\necho Terraform v0.12.31\n') })).message).toContain('0.12.31');
    expect((await refusalOf({ terraformBin: await executable('#!/bin/sh\necho hello\n') })).message).toContain('does not answer like Terraform');
    expect((await refusalOf({ terraformBin: await executable('\u007fELF rubbish') })).message).toContain('is broken');
    const failing = await refusalOf({ terraformBin: await executable('#!/bin/sh\necho "libfoo.so: cannot open" >&2\nexit 127\n') });
    expect(failing.message).toContain('exit code 127');
    expect(failing.problem.detail).toContain('libfoo.so');
    expect((await refusalOf({ terraformBin: await executable('#!/bin/sh\nkill -SEGV $$\n') })).message).toContain('SIGSEGV');
  });

  it('is refused when it does not answer', async () => {
    const startedAt = performance.now();
    const error = await refusalOf({ terraformBin: await executable('#!/bin/sh\nsleep 4\n'), probeTimeoutMs: 300 });
    expect(error.message).toContain('did not answer');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('may be installed while labtui waits: a refusal is not kept', async () => {
    const folder = await temporaryFolder();
    const terraform = await terraformWith({ environment: { PATH: `${folder}:${process.env.PATH ?? ''}` }, terraformBin: 'terraform-later' });
    await expect(terraform.version()).rejects.toThrow('not found');
    await symlink((await fakeTerraform()).binary, join(folder, 'terraform-later'));
    expect(await terraform.version()).toMatchObject({ version: '1.11.4' });
  });

  it('is not started where there is nothing to run it on', async () => {
    const { binary, runs } = await fakeTerraform();
    const terraform = await terraformWith({ terraformBin: binary });
    const missing = recordedCall(join(await temporaryFolder(), 'gone'));
    await expect(terraform.destroy(missing.call)).rejects.toMatchObject({ problem: { kind: 'not-found', hint: expect.any(String) } });
    const bare = recordedCall(await temporaryFolder());
    await expect(terraform.apply({ ...bare.call, planFile: null })).rejects.toThrow('holds no cdk.tf.json');
    const aborted = recordedCall(await stackFolder({}));
    aborted.abort.abort();
    expect(await terraform.init(aborted.call)).toMatchObject({ ok: false, interrupted: true, errors: [] });
    expect(await runs()).toEqual([]);
  });
});
