import { readFile } from 'node:fs/promises';
import * as z from 'zod';

/** Terraform's JSON form of a type: `"string"`, `["list", "string"]`, `["object", {...}]`. */
type TypeJson = string | readonly [string, ...unknown[]];

interface Attribute {
  readonly type?: TypeJson | undefined;
  readonly required?: boolean | undefined;
  readonly optional?: boolean | undefined;
  readonly computed?: boolean | undefined;
}

interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>> | undefined;
  readonly blocks?: Readonly<Record<string, NestedBlock>> | undefined;
}

interface NestedBlock {
  readonly nesting: string;
  readonly min?: number | null | undefined;
  readonly max?: number | null | undefined;
  readonly block: Block;
}

export interface ProviderSchema {
  readonly source: string;
  readonly version: string;
  readonly provider: Block;
  readonly resources: Readonly<Record<string, Block>>;
}

const attribute = z.object({
  type: z.union([z.string(), z.tuple([z.string()], z.unknown())]).optional(),
  required: z.boolean().optional(),
  optional: z.boolean().optional(),
  computed: z.boolean().optional(),
});
const block: z.ZodType<Block> = z.lazy(() =>
  z.object({ attributes: z.record(z.string(), attribute).optional(), blocks: z.record(z.string(), nestedBlock).optional() }),
);
const nestedBlock: z.ZodType<NestedBlock> = z.lazy(() =>
  z.object({ nesting: z.string(), min: z.number().nullish(), max: z.number().nullish(), block }),
);
const providerSchema: z.ZodType<ProviderSchema> = z.object({
  source: z.string(),
  version: z.string(),
  provider: block,
  resources: z.record(z.string(), block),
});

/** The true schema of a provider, as the rehearsal serves it: `aws`, `google`, `azurerm`. */
export async function loadSchema(name: string): Promise<ProviderSchema> {
  return providerSchema.parse(JSON.parse(await readFile(new URL(`../../src/rehearsal/schemas/${name}.json`, import.meta.url), 'utf8')));
}

const object = z.record(z.string(), z.unknown());
const stackJson = z.strictObject({
  terraform: object,
  provider: z.record(z.string(), z.array(object)).default({}),
  resource: z.record(z.string(), z.record(z.string(), object)),
});

/** What of a resource Terraform itself reads. */
const metaArguments = ['depends_on', 'lifecycle'];

/**
 * What Terraform or the provider would refuse in a stack: unknown, missing or read-only attributes, wrong types and
 * nesting, references to nothing; also everything but terraform, provider and resource blocks, and provisioners.
 * Empty when all is well.
 */
export function schemaProblems(text: string, schema: ProviderSchema): readonly string[] {
  const parsed = stackJson.safeParse(JSON.parse(text));
  if (!parsed.success) return [z.prettifyError(parsed.error)];
  const { provider, resource } = parsed.data;
  const problems: string[] = [];
  for (const [name, blocks] of Object.entries(provider)) {
    for (const config of blocks) checkBlock(config, schema.provider, `provider.${name}`, problems);
  }
  for (const [type, instances] of Object.entries(resource)) {
    const known = schema.resources[type];
    for (const [name, config] of Object.entries(instances)) {
      const at = `${type}.${name}`;
      if (known === undefined) {
        problems.push(`${at}: unknown resource type`);
        continue;
      }
      const own = Object.fromEntries(Object.entries(config).filter(([key]) => !metaArguments.includes(key)));
      checkBlock(own, known, at, problems);
      checkReferences(config, at, resource, schema, problems);
    }
  }
  return problems;
}

function checkBlock(config: Readonly<Record<string, unknown>>, { attributes = {}, blocks = {} }: Block, at: string, problems: string[]): void {
  for (const [key, value] of Object.entries(config)) {
    const nested = blocks[key];
    const known = attributes[key];
    if (nested !== undefined) checkNested(value, nested, `${at}.${key}`, problems);
    else if (known === undefined) problems.push(`${at}.${key}: unknown`);
    else if (known.required !== true && known.optional !== true) problems.push(`${at}.${key}: read-only`);
    else if (known.type !== undefined && !fits(value, known.type)) problems.push(`${at}.${key}: not a ${JSON.stringify(known.type)}`);
  }
  for (const [key, { required }] of Object.entries(attributes)) {
    if (required === true && !(key in config)) problems.push(`${at}.${key}: missing`);
  }
  for (const [key, { min }] of Object.entries(blocks)) {
    if ((min ?? 0) > 0 && !(key in config)) problems.push(`${at}.${key}: missing block`);
  }
}

function checkNested(value: unknown, { nesting, max, block: inner }: NestedBlock, at: string, problems: string[]): void {
  const items = Array.isArray(value) ? value : [value];
  if ((nesting === 'single' || nesting === 'map') && Array.isArray(value)) problems.push(`${at}: is not a list`);
  if (max !== undefined && max !== null && items.length > max) problems.push(`${at}: at most ${max}`);
  for (const item of items) {
    const config = object.safeParse(item);
    if (config.success) checkBlock(config.data, inner, at, problems);
    else problems.push(`${at}: not a block`);
  }
}

function fits(value: unknown, type: TypeJson): boolean {
  if (typeof value === 'string' && /(?<!\$)\$\{/.test(value)) return true;
  if (type === 'dynamic') return true;
  if (typeof type === 'string') return { string: 'string', number: 'number', bool: 'boolean' }[type] === typeof value;
  const [kind, of] = type;
  const element = attribute.shape.type.unwrap().safeParse(of);
  if (!element.success) return false;
  if (kind === 'map') return object.safeParse(value).success && Object.values(object.parse(value)).every((item) => fits(item, element.data));
  return (kind === 'list' || kind === 'set') && Array.isArray(value) && value.every((item) => fits(item, element.data));
}

function checkReferences(
  config: unknown,
  at: string,
  resource: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  schema: ProviderSchema,
  problems: string[],
): void {
  for (const [, type = '', name = '', key = ''] of JSON.stringify(config).matchAll(/(?<!\$)\$\{([a-z0-9_]+)\.([\w-]+)\.(\w+)\}/g)) {
    if (resource[type]?.[name] === undefined) problems.push(`${at}: refers to ${type}.${name}, which is not there`);
    else if (schema.resources[type]?.attributes?.[key] === undefined) problems.push(`${at}: ${type} has no ${key}`);
  }
}
