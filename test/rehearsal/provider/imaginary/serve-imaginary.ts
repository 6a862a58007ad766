import { readFileSync } from 'node:fs';
import process from 'node:process';
import { ProcessFault } from '../../../../src/rehearsal/engine/cloud-error.ts';
import { createMemoryWorld } from '../../../../src/rehearsal/engine/memory-world.ts';
import type { World } from '../../../../src/rehearsal/engine/world.ts';
import { serveProvider } from '../../../../src/rehearsal/provider/serve.ts';
import { imaginaryProvider } from './imaginary-provider.ts';

// serve-imaginary SCHEMA-FILE CLOUD-FILE: the imaginary provider as a process, started by Terraform.
const [schemaFile = '', cloudFile = ''] = process.argv.slice(2);

const faulty: World = {
  ...createMemoryWorld({ models: [], catalogue: { clouds: {} } }),
  call: ({ operation }) => Promise.reject(new ProcessFault(operation === 'half-written-state' ? operation : 'provider-crash')),
};

const caller = { actor: 'terraform', run: null, session: null, stack: null } as const;
readFileSync(cloudFile);
await serveProvider({ behaviour: imaginaryProvider(cloudFile), schemaFile, world: faulty, caller });
