import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Catalogue } from '../../../src/rehearsal/engine/catalogue.ts';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import type { CloudModel, World } from '../../../src/rehearsal/engine/world.ts';
import { type MirroredProvider, type MirroredTerraform, mirroredTerraform, type Ran } from './mirrored-terraform.ts';

/** A simulated cloud's provider, and the world it works on. */
export interface SimulatedProvider extends MirroredProvider {
  readonly model: CloudModel;
  readonly catalogue: Catalogue;
}

/** The real terraform in a directory of its own, with a simulated provider and its world. */
export interface SimulatedTerraform extends Pick<MirroredTerraform, 'home' | 'directory' | 'write' | 'remove'> {
  readonly world: World;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  /** The output of a run that must go well. */
  readonly succeed: (...args: readonly string[]) => Promise<string>;
  /** Asserts that a plan would change nothing. */
  readonly noChanges: () => Promise<void>;
  readonly start: (...args: readonly string[]) => ReturnType<MirroredTerraform['start']>;
  /** The attributes of a resource in the state; null: it is not there. */
  readonly state: (type: string, name: string) => Readonly<Record<string, unknown>> | null;
  readonly tainted: () => readonly string[];
  /** Kinds of everything in the cloud, one word for each thing. */
  readonly kinds: () => Promise<readonly string[]>;
}

/** @param speed how many times faster than reality the world goes */
export async function simulatedTerraform(provider: SimulatedProvider, bundle: string, speed = 500): Promise<SimulatedTerraform> {
  const worldIn = (home: string): string => join(home, 'world');
  const terraform = mirroredTerraform(provider, bundle, (home) => [worldIn(home)]);
  mkdirSync(worldIn(terraform.home));
  const world = await openWorld(worldIn(terraform.home), { models: [provider.model] });
  await world.setCatalogue(provider.catalogue);
  await world.setClock({ speed });
  const succeed = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, output } = await terraform.run(args);
    expect(exitCode, output).toBe(0);
    return output;
  };
  return {
    home: terraform.home,
    directory: terraform.directory,
    write: terraform.write,
    remove: terraform.remove,
    world,
    run: (...args) => terraform.run(args),
    succeed,
    noChanges: async () => expect(await succeed('plan', '-detailed-exitcode')).toContain('No changes.'),
    start: (...args) => terraform.start(args),
    state: (type, name) => terraform.stateFile().resources.find((resource) => resource.type === type && resource.name === name)?.instances[0]?.attributes ?? null,
    tainted: () =>
      terraform.stateFile().resources.flatMap(({ type, name, instances }) => (instances.some(({ status }) => status === 'tainted') ? [`${type}.${name}`] : [])),
    kinds: () => world.read((view) => view.list(provider.model.cloud).map(({ kind }) => kind).sort()),
  };
}
