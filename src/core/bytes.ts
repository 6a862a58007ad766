/** `512 B`, `4.1 kB`, `1.2 MB`, `3.4 GB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const kilo = bytes / 1_000;
  if (kilo < 1_000) return `${kilo.toFixed(1)} kB`;
  const mega = kilo / 1_000;
  return mega < 1_000 ? `${mega.toFixed(1)} MB` : `${(mega / 1_000).toFixed(1)} GB`;
}

const units: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/** Bytes of `500MB`, `10 GB` or `2.5gb`; null where it is no size. */
export function parseBytes(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]?b)$/i.exec(text.trim()) ?? [];
  const factor = units[unit?.toLowerCase() ?? ''];
  return amount === undefined || factor === undefined ? null : Math.round(Number(amount) * factor);
}
