import { copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TerraformMessage } from '../../src/core/terraform.ts';
import { readState } from '../../src/terraform/state.ts';
import { builtinConfiguration, recordedCall, stackFolder, terraformWith, whyNoTerraform } from '../support/terraform/stack-folder.ts';

const missing = whyNoTerraform();

function summaries(messages: readonly TerraformMessage[]): readonly TerraformMessage[] {
  return messages.filter(({ kind }) => kind === 'summary');
}

async function resourcesOf(directory: string): Promise<readonly string[]> {
  const state = await readState(join(directory, 'terraform.tfstate'));
  if (state.kind !== 'ok') throw new Error(JSON.stringify(state));
  return state.resources.map(({ address, tainted }) => (tainted ? `${address} tainted` : address));
}

describe.skipIf(missing !== null)(`the real terraform${missing === null ? '' : ` (${missing})`}`, () => {
  it('plans, applies that very plan, finds nothing to do, and destroys from the state', async () => {
    const directory = await stackFolder(builtinConfiguration(0));
    const terraform = await terraformWith();
    const done = { ok: true, interrupted: false, errors: [] };
    const init = recordedCall(directory);
    expect(await terraform.init(init.call)).toMatchObject(done);
    expect(init.messages).toContainEqual({ kind: 'log', level: 'info', message: 'Terraform has been successfully initialized!' });
    expect(await terraform.providerVersions(directory)).toEqual({});

    const plan = recordedCall(directory);
    expect(await terraform.plan({ ...plan.call, planFile: 'lab.plan' })).toMatchObject(done);
    expect(plan.messages.filter(({ kind }) => kind === 'planned')).toHaveLength(3);
    expect(summaries(plan.messages)).toEqual([{ kind: 'summary', operation: 'plan', add: 3, change: 0, destroy: 0 }]);
    expect((await stat(join(directory, 'lab.plan'))).mode & 0o777).toBe(0o600);

    const apply = recordedCall(directory);
    const applied = await terraform.apply({ ...apply.call, planFile: 'lab.plan' });
    expect(applied).toMatchObject(done);
    expect(applied.durationMs).toBeGreaterThan(0);
    const complete = apply.messages.filter((message) => message.kind === 'resource' && message.status === 'complete');
    expect(complete).toHaveLength(3);
    expect(complete[0]).toMatchObject({ action: 'create', address: expect.stringMatching(/^terraform_data\./), id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(summaries(apply.messages).at(-1)).toEqual({ kind: 'summary', operation: 'apply', add: 3, change: 0, destroy: 0 });
    expect(await resourcesOf(directory)).toEqual(['terraform_data.a', 'terraform_data.b', 'terraform_data.slow']);

    const again = recordedCall(directory);
    expect(await terraform.plan({ ...again.call, planFile: null })).toMatchObject(done);
    expect(summaries(again.messages)).toEqual([{ kind: 'summary', operation: 'plan', add: 0, change: 0, destroy: 0 }]);

    const destroy = recordedCall(directory);
    expect(await terraform.destroy(destroy.call)).toMatchObject(done);
    expect(summaries(destroy.messages).at(-1)).toEqual({ kind: 'summary', operation: 'destroy', add: 0, change: 0, destroy: 3 });
    expect(await resourcesOf(directory)).toEqual([]);
  });

  it('is not bent by what the caller has in the environment', async () => {
    const directory = await stackFolder(builtinConfiguration(0));
    const environment = {
      ...process.env,
      TF_CLI_ARGS: '-help',
      TF_CLI_ARGS_apply: '-destroy',
      TF_LOG: 'TRACE',
      TF_WORKSPACE: 'elsewhere',
      TF_DATA_DIR: join(directory, 'elsewhere'),
      TF_CLI_CONFIG_FILE: join(directory, 'missing.tfrc'),
    };
    const terraform = await terraformWith({ environment });
    expect((await terraform.init(recordedCall(directory).call)).errors).toEqual([]);
    expect(await terraform.apply({ ...recordedCall(directory).call, planFile: null })).toMatchObject({ ok: true });
    expect(await resourcesOf(directory)).toHaveLength(3);
    await expect(stat(join(directory, 'elsewhere'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(directory, '.labtui', 'apply.stderr'), 'utf8')).not.toContain('[TRACE]');
  });

  it('reports errors with their address, and ends with what was made still in the state', async () => {
    const configuration = builtinConfiguration(0) as { resource: { terraform_data: Record<string, unknown> } };
    const broken = { provisioner: [{ 'local-exec': { command: 'exit 3' } }], depends_on: ['terraform_data.a'] };
    const directory = await stackFolder({ ...configuration, resource: { terraform_data: { a: {}, broken } } });
    const terraform = await terraformWith();
    await terraform.init(recordedCall(directory).call);
    const apply = recordedCall(directory);
    const outcome = await terraform.apply({ ...apply.call, planFile: null });
    expect(outcome).toMatchObject({ ok: false, interrupted: false });
    expect(outcome.errors).toEqual([
      { severity: 'error', summary: 'local-exec provisioner error', detail: expect.stringContaining('exit status 3'), address: 'terraform_data.broken' },
    ]);
    expect(apply.messages).toContainEqual(expect.objectContaining({ kind: 'resource', address: 'terraform_data.broken', status: 'errored' }));
    expect(await resourcesOf(directory)).toEqual(['terraform_data.a', 'terraform_data.broken tainted']);
  });

  it('is interrupted in mid-apply: the state is saved, and destroy brings it to nothing', async () => {
    const directory = await stackFolder(builtinConfiguration(20));
    const terraform = await terraformWith();
    await terraform.init(recordedCall(directory).call);
    const { call, abort, seen, messages } = recordedCall(directory);
    const applying = terraform.apply({ ...call, planFile: null });
    await seen((message) => message.kind === 'resource' && message.address === 'terraform_data.slow' && message.status === 'started');
    await seen((message) => message.kind === 'resource' && message.address === 'terraform_data.a' && message.status === 'complete');
    abort.abort();
    const outcome = await applying;
    expect(outcome).toMatchObject({ ok: false, interrupted: true });
    expect(outcome.durationMs).toBeLessThan(15_000);
    expect(messages).toContainEqual(expect.objectContaining({ kind: 'log', message: expect.stringContaining('Interrupt received') }));
    expect(JSON.stringify(messages)).not.toContain('Two interrupts');
    expect(await resourcesOf(directory)).toContain('terraform_data.a');
    expect(await terraform.destroy(recordedCall(directory).call)).toMatchObject({ ok: true });
    expect(await resourcesOf(directory)).toEqual([]);
  });

  it('refuses a plan that is out of date', async () => {
    const directory = await stackFolder(builtinConfiguration(0));
    const terraform = await terraformWith();
    await terraform.init(recordedCall(directory).call);
    await terraform.plan({ ...recordedCall(directory).call, planFile: 'first' });
    await copyFile(join(directory, 'first'), join(directory, 'second'));
    expect(await terraform.apply({ ...recordedCall(directory).call, planFile: 'first' })).toMatchObject({ ok: true });
    const late = await terraform.apply({ ...recordedCall(directory).call, planFile: 'second' });
    expect(late).toMatchObject({ ok: false, errors: [{ summary: 'Saved plan is stale' }] });
  });
});
