import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { bundleProvider } from './mirrored-terraform.ts';
import { type SimulatedProvider, type SimulatedTerraform, simulatedTerraform } from './simulated-terraform.ts';

/** A terraform for each test of the file, its provider bundled once: asked for within a test. */
export function eachTerraform(provider: SimulatedProvider): () => SimulatedTerraform {
  const bundle = providerBundle(provider);
  let terraform: SimulatedTerraform;
  beforeEach(async () => {
    terraform = await simulatedTerraform(provider, bundle());
  });
  afterEach(() => terraform.remove());
  return () => terraform;
}

/** The provider's bundle, made once for the tests of the file: for those that start a terraform themselves. */
export function providerBundle(provider: SimulatedProvider): () => string {
  let folder: string;
  beforeAll(async () => {
    folder = await bundleProvider(provider);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}
