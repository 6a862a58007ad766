import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { StateResource } from '../core/cloud.ts';
import type { StateFile } from '../core/terraform.ts';
import { errnoOf } from '../platform/errno.ts';

const instance = z.object({
  index_key: z.union([z.string(), z.number()]).nullish(),
  status: z.string().nullish(),
  /** Set on what a replacement left to be destroyed: it still exists and still costs. */
  deposed: z.string().nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});
const stateSchema = z.object({
  lineage: z.string(),
  serial: z.number(),
  terraform_version: z.string().default(''),
  resources: z.array(
    z.object({
      module: z.string().nullish(),
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      instances: z.array(instance),
    }),
  ),
});
const versionSchema = z.object({ version: z.number() });
const encryptedSchema = z.object({ encrypted_data: z.string() });

type Instance = z.infer<typeof instance>;
type Resource = z.infer<typeof stateSchema>['resources'][number];

/**
 * Reads a local state file (format version 4) without asking Terraform, which would load every provider's schema first.
 * Anything that is not whole is `unreadable`: Terraform itself takes an empty file for "nothing exists".
 */
export async function readState(file: string): Promise<StateFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { kind: 'absent' };
    return unreadable(`cannot be read (${errnoOf(error) ?? String(error)})`);
  }
  if (text === '') return unreadable('is empty (0 bytes), which is never what Terraform leaves behind');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return unreadable('is not whole JSON: truncated or overwritten');
  }
  const version = versionSchema.safeParse(content);
  if (encryptedSchema.safeParse(content).success) return unreadable('is encrypted; labtui reads plain state files only');
  if (!version.success) return unreadable('is not a Terraform state');
  if (version.data.version !== 4) return unreadable(`has state format ${version.data.version}; labtui reads format 4`);
  const state = stateSchema.safeParse(content);
  if (!state.success) return unreadable(`is not a whole Terraform state (${z.prettifyError(state.error).split('\n')[0] ?? ''})`);
  const { lineage, serial, terraform_version, resources } = state.data;
  return {
    kind: 'ok',
    lineage,
    serial,
    terraformVersion: terraform_version,
    resources: resources
      .filter(({ mode }) => mode === 'managed')
      .flatMap((resource) => resource.instances.map((one) => stateResource(resource, one))),
  };
}

function unreadable(reason: string): StateFile {
  return { kind: 'unreadable', reason };
}

function stateResource(resource: Resource, one: Instance): StateResource {
  const attributes = one.attributes ?? {};
  return {
    address: addressOf(resource, one),
    type: resource.type,
    id: textOf(attributes.id),
    name: nameOf(attributes),
    tainted: one.status === 'tainted',
    attributes,
  };
}

/** As Terraform writes addresses, with a deposed object's key behind it. */
function addressOf({ module, type, name }: Resource, { index_key, deposed }: Instance): string {
  const index = index_key === null || index_key === undefined ? '' : `[${JSON.stringify(index_key)}]`;
  return `${module ? `${module}.` : ''}${type}.${name}${index}${deposed ? ` (deposed ${deposed})` : ''}`;
}

const tagged = z.object({ Name: z.string().min(1) });

function nameOf(attributes: Readonly<Record<string, unknown>>): string | null {
  const tags = tagged.safeParse(attributes.tags);
  return (tags.success ? tags.data.Name : null) ?? textOf(attributes.name) ?? textOf(attributes.key_name);
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
