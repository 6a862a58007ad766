import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { dropDamagedWorkData, isInitialized } from '../../src/terraform/work-data.ts';
import { temporaryFolder } from '../support/terraform/stack-folder.ts';

const lock = '.terraform.lock.hcl';
const backend = '.terraform/terraform.tfstate';
const wholeLock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.100.0"\n}\n';

let directory: string;
beforeEach(async () => {
  directory = await temporaryFolder();
  await mkdir(join(directory, '.terraform/providers'), { recursive: true });
  await writeFile(join(directory, lock), wholeLock);
  await writeFile(join(directory, backend), '{"version":3}');
});

describe('what init left in a directory', () => {
  it('serves the next command as it is, with or without a note of the backend', async () => {
    expect(await isInitialized(directory)).toBe(true);
    expect(await dropDamagedWorkData(directory)).toEqual([]);
    await rm(join(directory, backend));
    expect(await isInitialized(directory)).toBe(true);
  });

  it.each([
    ['a lock file of zeros', lock, '\0'.repeat(40)],
    ['an empty lock file', lock, ''],
    ['half a lock file', lock, wholeLock.slice(0, 50)],
    ['half a note of the backend', backend, '{\n  "version":'],
    ['a note of zeros', backend, '\0\0\0'],
  ])('is made anew after a power cut: %s', async (_, name, content) => {
    await writeFile(join(directory, name), content);
    expect(await isInitialized(directory)).toBe(false);
    expect(await dropDamagedWorkData(directory)).toEqual([name]);
    expect(await readdir(join(directory, '.terraform'))).toContain('providers');
    expect(await dropDamagedWorkData(directory)).toEqual([]);
  });

  it('is missing without its lock file or its providers', async () => {
    const empty = await temporaryFolder();
    expect(await isInitialized(empty)).toBe(false);
    await writeFile(join(empty, lock), wholeLock);
    expect(await isInitialized(empty)).toBe(false);
  });
});
