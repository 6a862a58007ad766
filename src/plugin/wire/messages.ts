import { byName, bytes, chosenInteger, chosenText, type Codec, flag, integer, many, message, one, text } from './protobuf.ts';

// What this provider says and reads of Terraform's plugin protocol 6 (tfplugin6.proto of hashicorp/terraform, up to 6.10):
// names and field numbers of the messages of managed resources. The rest of the protocol is answered as unimplemented.

export type ContentOf<C> = C extends Codec<infer T> ? T : never;

/** An empty DynamicValue is not a null value, but none at all. */
export const dynamicValue = message({ msgpack: bytes(1), json: bytes(2) });
export type DynamicValue = Partial<ContentOf<typeof dynamicValue>>;

const pathStep = message({ attributeName: chosenText(1), elementKeyString: chosenText(2), elementKeyInt: chosenInteger(3) });
export const attributePath = message({ steps: many(1, () => pathStep) });
export type WirePath = Partial<ContentOf<typeof attributePath>>;

export const severities = { error: 1, warning: 2 } as const;
const diagnostic = message({ severity: integer(1), summary: text(2), detail: text(3), attribute: one(4, () => attributePath) });
export type WireDiagnostic = Partial<ContentOf<typeof diagnostic>>;

const diagnostics = (number: number) => many(number, () => diagnostic);
const value = (number: number) => one(number, () => dynamicValue);

export interface WireObject {
  readonly attributes: readonly Partial<WireAttribute>[];
  readonly nesting: number;
}
export interface WireAttribute {
  readonly name: string;
  readonly type: Uint8Array;
  readonly nestedType: Partial<WireObject> | null;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly deprecated: boolean;
  readonly writeOnly: boolean;
}
export interface WireBlock {
  readonly version: number;
  readonly attributes: readonly Partial<WireAttribute>[];
  readonly blockTypes: readonly Partial<WireNestedBlock>[];
  readonly deprecated: boolean;
}
export interface WireNestedBlock {
  readonly typeName: string;
  readonly block: Partial<WireBlock> | null;
  readonly nesting: number;
  readonly minItems: number;
  readonly maxItems: number;
}

const nestedObject: Codec<WireObject> = message({ attributes: many(1, () => attribute), nesting: integer(3) });
const attribute: Codec<WireAttribute> = message({
  name: text(1),
  type: bytes(2),
  nestedType: one(10, () => nestedObject),
  required: flag(4),
  optional: flag(5),
  computed: flag(6),
  sensitive: flag(7),
  deprecated: flag(9),
  writeOnly: flag(11),
});
const block: Codec<WireBlock> = message({
  version: integer(1),
  attributes: many(2, () => attribute),
  blockTypes: many(3, () => nestedBlock),
  deprecated: flag(6),
});
const nestedBlock: Codec<WireNestedBlock> = message({
  typeName: text(1),
  block: one(2, () => block),
  nesting: integer(3),
  minItems: integer(4),
  maxItems: integer(5),
});
const schema = message({ version: integer(1), block: one(2, () => block) });
export type WireSchema = Partial<ContentOf<typeof schema>>;

const capabilities = message({ planDestroy: flag(1), getProviderSchemaOptional: flag(2), moveResourceState: flag(3) });
const named = message({ typeName: text(1) });
const rawState = message({ json: bytes(1) });
const imported = message({ typeName: text(1), state: value(2), private: bytes(3) });
const nothing = message({});
const problems = (number: number) => message({ diagnostics: diagnostics(number) });
const ofType = { typeName: text(1) };

/** The calls that are answered, by their name in service `tfplugin6.Provider`. */
export const calls = {
  GetMetadata: {
    request: nothing,
    response: message({ serverCapabilities: one(1, () => capabilities), diagnostics: diagnostics(2), resources: many(4, () => named) }),
  },
  GetProviderSchema: {
    request: nothing,
    response: message({
      provider: one(1, () => schema),
      resourceSchemas: byName(2, () => schema),
      diagnostics: diagnostics(4),
      serverCapabilities: one(6, () => capabilities),
    }),
  },
  // Terraform 1.12 and newer ask for it; no identity schemas is an answer too.
  GetResourceIdentitySchemas: { request: nothing, response: nothing },
  ValidateProviderConfig: { request: message({ config: value(1) }), response: problems(2) },
  ValidateResourceConfig: { request: message({ ...ofType, config: value(2) }), response: problems(1) },
  ConfigureProvider: { request: message({ terraformVersion: text(1), config: value(2) }), response: problems(1) },
  UpgradeResourceState: {
    request: message({ ...ofType, version: integer(2), rawState: one(3, () => rawState) }),
    response: message({ upgradedState: value(1), diagnostics: diagnostics(2) }),
  },
  ReadResource: {
    request: message({ ...ofType, currentState: value(2), private: bytes(3) }),
    response: message({ newState: value(1), diagnostics: diagnostics(2), private: bytes(3) }),
  },
  PlanResourceChange: {
    request: message({ ...ofType, priorState: value(2), proposedNewState: value(3), config: value(4), priorPrivate: bytes(5) }),
    response: message({
      plannedState: value(1),
      requiresReplace: many(2, () => attributePath),
      plannedPrivate: bytes(3),
      diagnostics: diagnostics(4),
      legacyTypeSystem: flag(5),
    }),
  },
  ApplyResourceChange: {
    request: message({ ...ofType, priorState: value(2), plannedState: value(3), config: value(4), plannedPrivate: bytes(5) }),
    response: message({ newState: value(1), private: bytes(2), diagnostics: diagnostics(3), legacyTypeSystem: flag(4) }),
  },
  ImportResourceState: {
    request: message({ ...ofType, id: text(2) }),
    response: message({ importedResources: many(1, () => imported), diagnostics: diagnostics(2) }),
  },
  StopProvider: { request: nothing, response: message({ error: text(1) }) },
} as const;

export type CallName = keyof typeof calls;
export type RequestOf<N extends CallName> = ContentOf<(typeof calls)[N]['request']>;
export type ResponseOf<N extends CallName> = Partial<ContentOf<(typeof calls)[N]['response']>>;
/** The same table, by call. */
export const codecs: { readonly [N in CallName]: { readonly request: Codec<RequestOf<N>>; readonly response: Codec<ContentOf<(typeof calls)[N]['response']>> } } = calls;
