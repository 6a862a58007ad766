import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { textOf } from '../platform/text-of.ts';

/** What init leaves in a stack's directory: links to the providers, their versions, and where the state is kept. */
const providers = '.terraform/providers';
const versions = '.terraform.lock.hcl';
const backend = '.terraform/terraform.tfstate';

/** Whether Terraform can work in a stack's directory without an init before. Of a directory that a power cut spoilt: no. */
export async function isInitialized(directory: string): Promise<boolean> {
  if (!existsSync(path.join(directory, providers)) || !existsSync(path.join(directory, versions))) return false;
  return (await damagedWorkData(directory)).length === 0;
}

/**
 * Removes what init left in a stack's directory and a power cut spoilt, Terraform does not sync it, so that the next init makes it
 * anew. Resolves with the names of what was damaged.
 */
export async function dropDamagedWorkData(directory: string): Promise<readonly string[]> {
  const damaged = await damagedWorkData(directory);
  for (const name of damaged) await rm(path.join(directory, name), { force: true });
  return damaged;
}

async function damagedWorkData(directory: string): Promise<readonly string[]> {
  const checks = [
    { name: backend, isWhole: isJson },
    { name: versions, isWhole: hasWholeBlocks },
  ];
  const damaged: string[] = [];
  for (const { name, isWhole } of checks) {
    const text = await textOf(path.join(directory, name));
    if (text !== null && !isWhole(text)) damaged.push(name);
  }
  return damaged;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A lock file is blocks in braces, and no zeros. One of no provider is none that labtui made. */
function hasWholeBlocks(text: string): boolean {
  const count = (sign: string): number => text.split(sign).length - 1;
  return text.includes('}') && count('{') === count('}') && !text.includes('\0');
}
