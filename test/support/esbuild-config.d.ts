/** How labtui is bundled, for tests that bundle a part of it. */
declare module '*/esbuild.config.mjs' {
  import type { BuildOptions } from 'esbuild';

  export function bundleOptions(entryPoints: Readonly<Record<string, string>>, folder: string): BuildOptions;
}
