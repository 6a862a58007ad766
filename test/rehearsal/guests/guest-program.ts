// WORLD ADDRESS PORT USER: a guest of that world on standard input and output, as labtui's own program serves it.
import process from 'node:process';
import { openWorld } from '../../../src/rehearsal/engine/disk-world.ts';
import { runGuest } from '../../../src/rehearsal/guests/run-guest.ts';
import { model } from './toy-model.ts';

const [directory = '', address = '', port = '', user = ''] = process.argv.slice(2);
await runGuest({ world: await openWorld(directory, { models: [model] }), address, port: Number(port), user });
