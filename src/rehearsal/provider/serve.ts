import type { ProviderDiagnostic } from '../../plugin/behaviour.ts';
import { servePlugin } from '../../plugin/serve.ts';
import type { Caller } from '../engine/call.ts';
import { CloudError, ConnectionLost } from '../engine/cloud-error.ts';
import type { World } from '../engine/world.ts';
import type { ProviderBehaviour } from './behaviour.ts';
import { loadSchema } from './load-schema.ts';
import { mortal } from './process-fault.ts';

export interface ServeOptions {
  readonly behaviour: ProviderBehaviour;
  /** A schema file. @default the one that comes with labtui for a provider of this name */
  readonly schemaFile?: string | undefined;
  readonly world: World;
  readonly caller: Caller;
}

/** This process is a simulated Terraform provider from now on; what servePlugin says holds. */
export function serveProvider({ behaviour, schemaFile, world, caller }: ServeOptions): Promise<void> {
  const place = mortal(world);
  return servePlugin({
    behaviour,
    schema: () => loadSchema(behaviour.name, schemaFile),
    title: `simulated provider ${behaviour.name}`,
    contextOf: (configured) => ({ ...configured, world: place, caller }),
    describe: cloudDiagnostic,
  });
}

function cloudDiagnostic(error: unknown): ProviderDiagnostic | null {
  if (error instanceof CloudError) return { severity: 'error', summary: `${error.code}: ${error.message}` };
  return error instanceof ConnectionLost ? { severity: 'error', summary: `request failed: ${error.message}` } : null;
}
