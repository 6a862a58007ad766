import process from 'node:process';
import { LabError } from '../../core/errors.ts';
import type { ProviderBehaviour, ProviderDiagnostic } from '../../plugin/behaviour.ts';
import { parseProviderSchema } from '../../plugin/schema/block-schema.ts';
import { servePlugin } from '../../plugin/serve.ts';
import type { LocalContext } from './context.ts';
import { disk } from './disk.ts';
import { image } from './image.ts';
import { machine } from './machine.ts';
import { network } from './network.ts';
import { seed } from './seed.ts';

/** labtui's own Terraform provider: virtual machines on this computer. */
export const localProvider: ProviderBehaviour<LocalContext> = { name: 'local', resources: [image, disk, seed, network, machine] };

/** This process is that provider from now on; what servePlugin says holds. */
export function serveLocalProvider(): Promise<void> {
  // Disks and consoles, which QEMU and its tools make, are nobody else's to read.
  process.umask(0o077);
  return servePlugin({
    behaviour: localProvider,
    schema: async () => parseProviderSchema((await import('./schema.json', { with: { type: 'json' } })).default),
    title: 'provider local',
    contextOf: (configured) => ({ ...configured, workingDirectory: process.cwd(), environment: process.env }),
    describe: localDiagnostic,
  });
}

/** An expected failure, its code first, as clouds write theirs. */
export function localDiagnostic(error: unknown): ProviderDiagnostic | null {
  if (!(error instanceof LabError)) return null;
  const { code, kind, summary, detail, hint } = error.problem;
  const more = [detail, hint === undefined ? undefined : `Try: ${hint}`].filter((text) => text !== undefined).join('\n');
  return { severity: 'error', summary: `${code ?? kind}: ${summary}`, ...(more === '' ? {} : { detail: more }) };
}
