import type { Attributes, Value } from './behaviour.ts';

// Terraform's values, read without trusting their type: what is unknown counts as absent.

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isAttributes(value: Value | undefined): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is known and not empty; else null. */
export function text(attributes: Attributes, name: string): string | null {
  const value = attributes[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function number(attributes: Attributes, name: string): number | null {
  const value = attributes[name];
  return typeof value === 'number' ? value : null;
}

/** null: not set, or not known. */
export function bool(attributes: Attributes, name: string): boolean | null {
  const value = attributes[name];
  return typeof value === 'boolean' ? value : null;
}

export function list(attributes: Attributes, name: string): readonly Value[] {
  const value = attributes[name];
  return isList(value) ? value : [];
}

export function texts(attributes: Attributes, name: string): readonly string[] {
  return list(attributes, name).filter((item) => typeof item === 'string');
}
