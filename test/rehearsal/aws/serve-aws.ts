import process from 'node:process';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import { awsModel } from '../../../src/rehearsal/aws/model/aws-model.ts';
import { awsProvider } from '../../../src/rehearsal/aws/terraform/aws-provider.ts';
import { serveProvider } from '../../../src/rehearsal/provider/serve.ts';

// serve-aws WORLD: the simulated provider as a process, started by Terraform.
const world = await openWorld(process.argv[2] ?? '', { models: [awsModel] });
await serveProvider({ behaviour: awsProvider, world, caller: { actor: 'terraform', run: null, session: null, stack: null } });
