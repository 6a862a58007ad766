import { parseArgs } from 'node:util';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { chaos } from './chaos.ts';
import { realChaosSkipReason } from './real-arena.ts';
import { realChaos } from './real-chaos.ts';

// `npm run chaos -- --runs 1000 [--seed N] [--jobs 3] [--keep]`; with --real on an EC2 emulator with the real AWS provider.

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const { values } = parseArgs({ options: { runs: { type: 'string', default: '200' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, jobs: { type: 'string', default: '3' }, keep: { type: 'boolean', default: false }, real: { type: 'boolean', default: false } } });
const missing = values.real ? await realChaosSkipReason() : await missingTools(['terraform']);
if (missing !== null) {
  say(missing);
  process.exitCode = 4;
} else {
  const options = { runs: Number(values.runs), seed: Number(values.seed), jobs: Number(values.jobs), keep: values.keep, say };
  const complaints = await (values.real ? realChaos(options) : chaos(options));
  if (complaints.length > 0) process.exitCode = 1;
}
