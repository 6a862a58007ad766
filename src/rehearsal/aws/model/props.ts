import type { Json, JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';

type Holder = Pick<SimResource, 'props'>;

/** Members of a resource as this cloud's model wrote them; what is missing is empty. */
export function text({ props }: Holder, name: string): string {
  const value = props[name];
  return typeof value === 'string' ? value : '';
}

export function textOrNull({ props }: Holder, name: string): string | null {
  const value = props[name];
  return typeof value === 'string' ? value : null;
}

export function flag({ props }: Holder, name: string): boolean {
  return props[name] === true;
}

export function numberOrNull({ props }: Holder, name: string): number | null {
  const value = props[name];
  return typeof value === 'number' ? value : null;
}

export function texts({ props }: Holder, name: string): readonly string[] {
  const value = props[name];
  return isList(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A list of objects, each wrapped so that the functions of this file read it. */
export function rows({ props }: Holder, name: string): readonly Holder[] {
  const value = props[name];
  return isList(value) ? value.flatMap((item) => (isJsonObject(item) ? [{ props: item }] : [])) : [];
}

export function row({ props }: Holder, name: string): Holder {
  const value = props[name];
  return { props: isJsonObject(value) ? value : {} };
}

/** The resource with some members changed. */
export function withProps(resource: SimResource, change: JsonObject): SimResource {
  return { ...resource, props: { ...resource.props, ...change } };
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
