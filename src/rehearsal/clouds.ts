import type { CloudId } from '../core/clouds.ts';
import { simulatedAws } from './aws/simulated.ts';
import { simulatedAzure } from './azure/simulated.ts';
import type { CloudModel } from './engine/world.ts';
import type { Face } from './face/face.ts';
import { simulatedGcp } from './gcp/simulated.ts';
import type { ServedProvider, SimulatedCloud } from './simulated-cloud.ts';

/** Every cloud that is simulated: a new one is its folder and its line here. */
export const simulations: readonly SimulatedCloud[] = [
  simulatedAws,
  simulatedGcp,
  simulatedAzure,
];

export const simulatedClouds: readonly CloudId[] = simulations.map(({ id }) => id);

/** The rules of every simulated cloud. */
export const models: readonly CloudModel[] = simulations.map(({ model }) => model);

/** Terraform's providers that are stood in for, by name. */
export const servedProviders: readonly ServedProvider[] = simulations.map(({ provider }) => provider).sort((a, b) => a.name.localeCompare(b.name));

/** The HTTP APIs of every simulated cloud. */
export function loadFaces(): Promise<readonly Face[]> {
  return Promise.all(simulations.map(({ loadFace }) => loadFace()));
}
