import type { Cloud } from './cloud.ts';
import type { CloudFacts, CloudId } from './clouds.ts';
import { invalidInput } from './errors.ts';
import type { ProfileCloud } from './profile.ts';
import { didYouMean } from './suggest.ts';

/** The clouds that this labtui knows. */
export interface Clouds {
  /** In the order in which they are shown. */
  readonly all: readonly Cloud[];
  readonly ids: readonly CloudId[];
  /** The cloud behind an id, or behind what a user typed. Throws invalid-input, with the near one, for another. */
  readonly of: (id: string) => Cloud;
  readonly factsOf: (id: string) => CloudFacts;
  /** As profiles name them, with the blocks they have there. */
  forProfiles(): Promise<readonly ProfileCloud[]>;
}

/** The registered clouds by their ids. Two of one id are a bug. */
export function openClouds(all: readonly Cloud[]): Clouds {
  const byId = new Map(all.map((cloud) => [cloud.id, cloud]));
  if (byId.size !== all.length) throw new Error(`a cloud is registered twice: ${all.map(({ id }) => id).join(', ')}`);
  const ids = [...byId.keys()];
  const of = (id: string): Cloud => {
    const cloud = byId.get(id);
    if (cloud === undefined) throw invalidInput(`unknown cloud "${id}"${didYouMean(id, ids)}`, `one of ${ids.join(', ')}`);
    return cloud;
  };
  let profiles: Promise<readonly ProfileCloud[]> | null = null;
  return { all, ids, of, factsOf: (id) => of(id).facts, forProfiles: () => (profiles ??= Promise.all(all.map(forProfile))) };
}

async function forProfile({ id, loadSettings }: Cloud): Promise<ProfileCloud> {
  return { id, settings: (await loadSettings?.()) ?? null };
}
