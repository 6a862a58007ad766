/** `512 B`, `4.1 kB`, `1.2 MB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const kilo = bytes / 1_000;
  return kilo < 1_000 ? `${kilo.toFixed(1)} kB` : `${(kilo / 1_000).toFixed(1)} MB`;
}
