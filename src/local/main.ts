import process from 'node:process';
import { serveLocalProvider } from './provider/local-provider.ts';

/** `provider local`: labtui's Terraform provider for machines on this computer, started by Terraform. */
async function main([what, name]: readonly string[]): Promise<void> {
  if (what !== 'provider' || name !== 'local') throw new Error('usage: provider local; it is Terraform that starts this');
  await serveLocalProvider();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
