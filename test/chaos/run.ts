import { missingTools } from '../support/ec2/missing-tools.ts';
import { chaos } from './chaos.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const missing = await missingTools(['terraform']);
if (missing !== null) {
  say(missing);
  process.exitCode = 4;
} else {
  const [rounds = '200', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
  const complaints = await chaos(Number(rounds), Number(seed), say);
  if (complaints.length > 0) process.exitCode = 1;
}
