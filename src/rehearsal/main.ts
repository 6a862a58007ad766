import process from 'node:process';
import { parseArgs } from 'node:util';
import { callerHere } from './caller-here.ts';
import { models, servedProviders } from './clouds.ts';
import { openWorld } from './engine/disk-world.ts';

/**
 * `provider NAME --world DIR`: a simulated Terraform provider, started by Terraform. `guest ADDRESS PORT USER --world DIR`:
 * a simulated machine's SSH on standard input and output, started by ssh as a proxy command.
 */
async function main(argv: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({ args: [...argv], options: { world: { type: 'string' } }, allowPositionals: true });
  const [what, first = '', port = '22', user = ''] = positionals;
  if (values.world === undefined) throw new Error('--world is missing: this is started by labtui');
  const world = await openWorld(values.world, { models });
  if (what === 'provider') {
    const provider = servedProviders.find(({ name }) => name === first);
    if (provider === undefined) throw new Error(`there is no simulated provider ${first}`);
    const [{ serveProvider }, behaviour] = await Promise.all([import('./provider/serve.ts'), provider.load()]);
    await serveProvider({ behaviour, world, caller: callerHere(process.cwd(), process.env) });
    return;
  }
  if (what === 'guest') {
    const { runGuest } = await import('./guests/run-guest.ts');
    await runGuest({ world, address: first, port: Number(port), user });
    return;
  }
  throw new Error(`unknown: ${what ?? 'nothing'}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
