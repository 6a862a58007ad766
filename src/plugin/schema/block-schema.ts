import { type CtyType, dynamicType, hasDynamic, parseType } from '../value/cty-type.ts';

export type BlockNesting = 'single' | 'group' | 'list' | 'set' | 'map';
export type AttributeNesting = Exclude<BlockNesting, 'group'>;

/** An attribute: of a type, or an object (or a collection of them) whose members have flags of their own. */
export interface AttributeSchema {
  readonly type: CtyType;
  readonly nested: { readonly nesting: AttributeNesting; readonly attributes: Readonly<Record<string, AttributeSchema>> } | null;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly writeOnly: boolean;
  readonly deprecated: boolean;
}

export interface BlockSchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
  readonly deprecated: boolean;
  /** The object that it makes. */
  readonly type: CtyType;
}

export interface NestedBlock {
  readonly nesting: BlockNesting;
  readonly block: BlockSchema;
  readonly min: number;
  /** 0: any number. */
  readonly max: number;
  readonly type: CtyType;
}

export interface ResourceSchema {
  readonly version: number;
  readonly block: BlockSchema;
  /** Dotted paths: `boot_disk.initialize_params.image`. */
  readonly forcesReplacement: readonly string[];
}

export interface ProviderSchema {
  readonly provider: BlockSchema;
  readonly resources: Readonly<Record<string, ResourceSchema>>;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads a schema as labtui keeps it (`src/rehearsal/schemas`). Throws where it is none. */
export function parseProviderSchema(json: unknown): ProviderSchema {
  const file = record(json, 'schema file');
  return {
    provider: parseBlock(file.provider),
    resources: lazyMap(record(file.resources, 'resources'), (resource) => parseResource(record(resource, 'resource'))),
  };
}

function parseResource(json: Json): ResourceSchema {
  const replacement: unknown = json.forcesReplacement ?? [];
  return {
    version: typeof json.version === 'number' ? json.version : 0,
    block: parseBlock(json),
    forcesReplacement: Array.isArray(replacement) ? replacement.filter((path) => typeof path === 'string') : [],
  };
}

function parseBlock(json: unknown): BlockSchema {
  const { attributes = {}, blocks = {}, deprecated } = record(json, 'block');
  const parsed = parseAttributes(attributes);
  const nested = mapValues(record(blocks, 'blocks'), parseNestedBlock);
  const types = Object.fromEntries([...Object.entries(parsed), ...Object.entries(nested)].map(([name, { type }]) => [name, type]));
  return { attributes: parsed, blocks: nested, deprecated: deprecated === true, type: { kind: 'object', attributes: types } };
}

const parseAttributes = (json: unknown): Readonly<Record<string, AttributeSchema>> => mapValues(record(json, 'attributes'), parseAttribute);

function parseAttribute(raw: unknown): AttributeSchema {
  const json = record(raw, 'attribute');
  const flags = {
    required: json.required === true,
    optional: json.optional === true,
    computed: json.computed === true,
    sensitive: json.sensitive === true,
    writeOnly: json.write_only === true,
    deprecated: json.deprecated === true,
  };
  if (json.nested === undefined) return { type: parseType(json.type), nested: null, ...flags };
  const { nesting, attributes } = record(json.nested, 'nested');
  if (!isNesting(nesting) || nesting === 'group') throw new Error(`not a nesting of attributes: ${String(nesting)}`);
  const members = parseAttributes(attributes);
  const object: CtyType = { kind: 'object', attributes: mapValues(members, ({ type }) => type) };
  return { type: nesting === 'single' ? object : { kind: nesting, element: object }, nested: { nesting, attributes: members }, ...flags };
}

function parseNestedBlock(raw: unknown): NestedBlock {
  const json = record(raw, 'nested block');
  const { nesting } = json;
  if (!isNesting(nesting)) throw new Error(`not a nesting of blocks: ${String(nesting)}`);
  const block = parseBlock(json.block);
  return {
    nesting,
    block,
    min: typeof json.min === 'number' ? json.min : 0,
    max: typeof json.max === 'number' ? json.max : 0,
    type: nestedType(nesting, block.type),
  };
}

/** Terraform makes a tuple or an object of blocks that are not all of one type. */
function nestedType(nesting: BlockNesting, element: CtyType): CtyType {
  if (nesting === 'single' || nesting === 'group') return element;
  return nesting !== 'set' && hasDynamic(element) ? dynamicType : { kind: nesting, element };
}

const isNesting = (value: unknown): value is BlockNesting => ['single', 'group', 'list', 'set', 'map'].includes(String(value));

function record(json: unknown, what: string): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error(`not a ${what}: ${JSON.stringify(json)}`);
  return Object.fromEntries(Object.entries(json));
}

const mapValues = <A, B>(source: Readonly<Record<string, A>>, change: (value: A) => B): Readonly<Record<string, B>> =>
  Object.fromEntries(Object.entries(source).map(([name, value]) => [name, change(value)]));

/** A run needs a few of a cloud's resources: each is parsed when it is first asked for. */
function lazyMap<A, B>(source: Readonly<Record<string, A>>, change: (value: A) => B): Readonly<Record<string, B>> {
  const target: Record<string, B> = {};
  for (const [name, value] of Object.entries(source)) {
    let made: B | undefined;
    Object.defineProperty(target, name, { enumerable: true, get: () => (made ??= change(value)) });
  }
  return target;
}
