import process from 'node:process';
import { azureModel } from '../../../src/rehearsal/azure/model/azure-model.ts';
import { azurermProvider } from '../../../src/rehearsal/azure/terraform/azurerm-provider.ts';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import { serveProvider } from '../../../src/rehearsal/provider/serve.ts';

// serve-azurerm WORLD: the simulated provider as a process, started by Terraform.
const world = await openWorld(process.argv[2] ?? '', { models: [azureModel] });
await serveProvider({ behaviour: azurermProvider, world, caller: { actor: 'terraform', run: null, session: null, stack: null } });
