import { join } from 'node:path';
import { exitCodes } from '../../core/errors.ts';
import { installTerraform } from '../../install/install-terraform.ts';
import type { InstallProgress } from '../../install/progress.ts';
import type { CliContext } from '../context.ts';
import { cacheHome } from '../../library/directories.ts';
import { findProgram } from '../../platform/find-program.ts';

/** `labtui doctor --install-terraform`: HashiCorp's release for this computer, verified, in labtui's cache. */
export async function fetchTerraform(context: CliContext): Promise<number> {
  const { environment, settings, signal, theme } = context;
  const mirror = environment.LABTUI_TERRAFORM_MIRROR;
  const { tell, end } = createTeller(context);
  const { binary, version, fetched } = await installTerraform({
    cacheDir: join(cacheHome(context), 'labtui'),
    platform: process.platform,
    arch: process.arch,
    baseUrl: mirror === '' ? undefined : mirror,
    signal,
    onProgress: tell,
    environment,
  }).finally(end);
  const inUse = settings.terraformBin ?? findProgram('terraform', environment) ?? binary;
  if (settings.json) {
    context.out(`${JSON.stringify({ ok: true, product: 'terraform', version, binary, fetched, inUse }, null, 2)}\n`);
    return exitCodes.done;
  }
  context.out(`${theme.good(theme.glyphs.ready)} terraform ${version}   ${binary}${fetched ? '' : '   was there already'}\n`);
  if (inUse !== binary) context.err(`labtui goes on with ${inUse}; to use this one: --terraform-bin ${binary}\n`);
  return exitCodes.done;
}

interface Teller {
  readonly tell: (progress: InstallProgress) => void;
  /** Whatever comes next begins on a line of its own. */
  readonly end: () => void;
}

/** Lines on stderr; the download is one line, which moves where it may. */
function createTeller({ settings, stderr, interactive, err, theme }: CliContext): Teller {
  if (settings.quiet) return { tell: () => undefined, end: () => undefined };
  const moving = interactive && stderr.isTTY && !settings.plain;
  let shownPercent: number | null = null;
  let open = false;
  const end = (): void => {
    if (open) err('\n');
    open = false;
  };
  const tell = (progress: InstallProgress): void => {
    if (progress.step !== 'downloading') {
      end();
      err(`${theme.dim(wordsFor(progress))}\n`);
      return;
    }
    const { url, receivedBytes, totalBytes } = progress;
    const percent = totalBytes === null || totalBytes === 0 ? 0 : Math.floor((100 * receivedBytes) / totalBytes);
    if (percent === shownPercent || (!moving && shownPercent !== null)) return;
    shownPercent = percent;
    const words = `fetching ${url}${totalBytes === null ? '' : `   ${(totalBytes / 1e6).toFixed(1)} MB`}`;
    err(moving ? `\r${theme.dim(`${words}   ${percent} %`)}` : `${theme.dim(words)}\n`);
    open = moving;
  };
  return { tell, end };
}

function wordsFor(progress: Exclude<InstallProgress, { readonly step: 'downloading' }>): string {
  switch (progress.step) {
    case 'asking':
      return `asking ${progress.url}`;
    case 'signature':
      return `signed by HashiCorp on ${progress.signedAt.toISOString().slice(0, 10)}, key ${progress.fingerprint}`;
    case 'unpacking':
      return 'the checksum is right; unpacking';
    case 'checking':
      return 'running it once: terraform version';
  }
}
