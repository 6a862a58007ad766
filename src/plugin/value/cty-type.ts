/** A type of Terraform's, as in its JSON form: `"string"`, `["list","string"]`, `["object",{...}]`. */
export type CtyType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'dynamic' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: CtyType }
  | { readonly kind: 'tuple'; readonly elements: readonly CtyType[] }
  | { readonly kind: 'object'; readonly attributes: Readonly<Record<string, CtyType>> };

export const dynamicType: CtyType = { kind: 'dynamic' };

/** Reads a type from its JSON form. Throws where it is none. */
export function parseType(json: unknown): CtyType {
  if (json === 'string' || json === 'number' || json === 'bool' || json === 'dynamic') return { kind: json };
  const [kind, inner] = isArray(json) ? json : [];
  if (kind === 'list' || kind === 'set' || kind === 'map') return { kind, element: parseType(inner) };
  if (kind === 'tuple' && Array.isArray(inner)) return { kind, elements: inner.map(parseType) };
  if (kind === 'object' && typeof inner === 'object' && inner !== null) {
    return { kind, attributes: Object.fromEntries(Object.entries(inner).map(([name, type]) => [name, parseType(type)])) };
  }
  throw new Error(`not a type: ${JSON.stringify(json)}`);
}

const isArray = (json: unknown): json is readonly unknown[] => Array.isArray(json);

/** The JSON form of a type. */
export function typeToJson(type: CtyType): unknown {
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'bool':
    case 'dynamic':
      return type.kind;
    case 'list':
    case 'set':
    case 'map':
      return [type.kind, typeToJson(type.element)];
    case 'tuple':
      return ['tuple', type.elements.map(typeToJson)];
    case 'object':
      return ['object', Object.fromEntries(Object.entries(type.attributes).map(([name, inner]) => [name, typeToJson(inner)]))];
  }
}

/** Whether a type leaves anything to be found out with the value. */
export function hasDynamic(type: CtyType): boolean {
  switch (type.kind) {
    case 'dynamic':
      return true;
    case 'list':
    case 'set':
    case 'map':
      return hasDynamic(type.element);
    case 'tuple':
      return type.elements.some(hasDynamic);
    case 'object':
      return Object.values(type.attributes).some(hasDynamic);
    case 'string':
    case 'number':
    case 'bool':
      return false;
  }
}
