import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readState } from '../../src/terraform/state.ts';
import { temporaryFolder } from '../support/terraform/stack-folder.ts';

const state = {
  version: 4,
  terraform_version: '1.11.4',
  serial: 7,
  lineage: '2301e4e0',
  outputs: { token: { value: 'x', type: 'string', sensitive: true } },
  resources: [
    { mode: 'data', type: 'aws_ami', name: 'image', provider: 'p', instances: [{ attributes: { id: 'ami-1' } }] },
    {
      mode: 'managed',
      type: 'aws_instance',
      name: 'vm',
      provider: 'p',
      instances: [
        { index_key: 0, schema_version: 2, attributes: { id: 'i-1', tags: { Name: 'lab-1' }, name: 'ignored' } },
        { index_key: 1, status: 'tainted', attributes: { id: 'i-2', tags: null } },
        { index_key: 1, deposed: 'byebye01', attributes: { id: 'i-0', tags: {} } },
      ],
    },
    {
      module: 'module.net["a b"]',
      mode: 'managed',
      type: 'aws_key_pair',
      name: 'key',
      instances: [{ index_key: 'x"y', attributes: { id: 'kp', key_name: 'lab-key' } }],
    },
    { mode: 'managed', type: 'null_resource', name: 'half', instances: [{ attributes: null }] },
  ],
  check_results: null,
};

async function stateFile(content: string): Promise<string> {
  const file = join(await temporaryFolder(), 'terraform.tfstate');
  await writeFile(file, content);
  return file;
}

describe('readState', () => {
  it('lists managed resources with address, id, name, taint and what is deposed', async () => {
    const read = await readState(await stateFile(JSON.stringify(state)));
    expect(read).toMatchObject({ kind: 'ok', lineage: '2301e4e0', serial: 7, terraformVersion: '1.11.4' });
    const rows = read.kind === 'ok' ? read.resources.map(({ address, type, id, name, tainted }) => [address, type, id, name, tainted]) : [];
    expect(rows).toEqual([
      ['aws_instance.vm[0]', 'aws_instance', 'i-1', 'lab-1', false],
      ['aws_instance.vm[1]', 'aws_instance', 'i-2', null, true],
      ['aws_instance.vm[1] (deposed byebye01)', 'aws_instance', 'i-0', null, false],
      ['module.net["a b"].aws_key_pair.key["x\\"y"]', 'aws_key_pair', 'kp', 'lab-key', false],
      ['null_resource.half', 'null_resource', null, null, false],
    ]);
  });

  it('tells an absent state from one that holds nothing', async () => {
    expect(await readState(join(await temporaryFolder(), 'none.tfstate'))).toEqual({ kind: 'absent' });
    expect(await readState(await stateFile(JSON.stringify({ ...state, resources: [] })))).toMatchObject({ kind: 'ok', resources: [] });
  });

  const whole = JSON.stringify(state);
  it.each([
    ['zero bytes', '', /empty/],
    ['truncated', whole.slice(0, whole.length / 2), /truncated/],
    ['nothing but NUL, as after a power cut', '\0'.repeat(512), /truncated/],
    ['another JSON', '{"name":"labtui"}', /not a Terraform state/],
    ['a list', '[]', /not a Terraform state/],
    ['an older format', JSON.stringify({ ...state, version: 3 }), /format 3/],
    ['a newer format', JSON.stringify({ ...state, version: 5 }), /format 5/],
    ['no resources', JSON.stringify({ version: 4, lineage: 'x', serial: 1 }), /not a whole/],
    ['encrypted by OpenTofu', JSON.stringify({ serial: 1, lineage: 'x', meta: {}, encrypted_data: 'AAAA' }), /encrypted/],
  ])('calls %s unreadable, never empty', async (_what, content, reason) => {
    expect(await readState(await stateFile(content))).toEqual({ kind: 'unreadable', reason: expect.stringMatching(reason) });
  });

  it('calls a file it may not read unreadable', async () => {
    const file = join(await temporaryFolder(), 'terraform.tfstate');
    await mkdir(file);
    await chmod(file, 0o700);
    expect(await readState(file)).toEqual({ kind: 'unreadable', reason: expect.stringContaining('EISDIR') });
  });
});
