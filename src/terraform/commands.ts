import path from 'node:path';
import type { TerraformVersion } from '../core/terraform.ts';
import { isAtLeast } from './version-number.ts';

/** A held state lock is waited for this long before the run fails (contract §3, code 5). */
const lockTimeout = '-lock-timeout=30s';

/** Whether `init` can print JSON lines: Terraform since 1.9.0, OpenTofu since 1.7.0. */
export function initSpeaksJson({ product, version }: TerraformVersion): boolean {
  return isAtLeast(version, product === 'tofu' ? '1.7.0' : '1.9.0');
}

export function initArguments(json: boolean): readonly string[] {
  return ['init', '-input=false', '-no-color', ...(json ? ['-json'] : [])];
}

/** `planFile` is relative to the directory. */
export function planArguments(directory: string, planFile: string | null, replace: readonly string[] = []): readonly string[] {
  return ['plan', '-json', '-input=false', lockTimeout, ...replace.map((address) => `-replace=${address}`), ...(planFile === null ? [] : [`-out=${path.resolve(directory, planFile)}`])];
}

export function applyArguments(directory: string, planFile: string | null): readonly string[] {
  return ['apply', '-json', '-input=false', '-auto-approve', lockTimeout, ...(planFile === null ? [] : [path.resolve(directory, planFile)])];
}

export function refreshArguments(): readonly string[] {
  return ['apply', '-refresh-only', '-json', '-input=false', '-auto-approve', lockTimeout];
}

/** `import` has no JSON output: what it prints becomes log lines. */
export function importArguments(address: string, id: string): readonly string[] {
  return ['import', '-input=false', '-no-color', lockTimeout, address, id];
}

export function destroyArguments(): readonly string[] {
  return ['destroy', '-json', '-input=false', '-auto-approve', lockTimeout];
}
