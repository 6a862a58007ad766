import process from 'node:process';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import { gcpModel } from '../../../src/rehearsal/gcp/model/gcp-model.ts';
import { googleProvider } from '../../../src/rehearsal/gcp/terraform/google-provider.ts';
import { serveProvider } from '../../../src/rehearsal/provider/serve.ts';

// serve-google WORLD: the simulated provider as a process, started by Terraform.
const world = await openWorld(process.argv[2] ?? '', { models: [gcpModel] });
await serveProvider({ behaviour: googleProvider, world, caller: { actor: 'terraform', run: null, session: null, stack: null } });
