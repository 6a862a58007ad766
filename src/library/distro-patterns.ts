import type { Distro } from '../core/distro.ts';
import { invalidInput, type LabError } from '../core/errors.ts';
import { matchingDistros } from '../core/matrix.ts';
import { nearest } from '../core/suggest.ts';

/** Distros as they were named, and those that patterns among them stand for. */
export interface NamedDistros {
  readonly named: readonly string[];
  /** `debian@12`, named by nobody but a pattern. */
  readonly byPattern: readonly string[];
}

export function isPattern(text: string): boolean {
  return text.includes('*');
}

/** What the patterns among these stand for today. Rejects with invalid-input for one that stands for nothing. */
export async function namedDistros(texts: readonly string[], { all, names }: { readonly all: () => Promise<readonly Distro[]>; readonly names: readonly string[] }): Promise<NamedDistros> {
  const named = texts.filter((text) => !isPattern(text));
  const patterns = texts.filter(isPattern);
  const distros = patterns.length === 0 ? [] : await all();
  const today = new Date().toISOString().slice(0, 10);
  const found = patterns.flatMap((pattern) => {
    const matching = matchingDistros(pattern, distros, today);
    if (matching.length === 0) throw noMatch(pattern, names);
    return matching;
  });
  return { named, byPattern: [...new Set(found)].filter((distro) => !named.includes(distro)) };
}

function noMatch(pattern: string, names: readonly string[]): LabError {
  const [name = ''] = pattern.split('@');
  const near = nearest(name.replaceAll('*', ''), names);
  return invalidInput(`no distribution in support matches "${pattern}"`, near.length === 0 ? 'labtui distros list' : `such as ${near.map((one) => `'${one}@*'`).join(', ')}   (labtui distros list)`);
}
