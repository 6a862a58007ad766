/** An IPv4 range: its first address as a number, and how many there are. */
export interface Range {
  readonly first: number;
  readonly size: number;
}

/** Reads `10.0.0.0/24`; null for anything else, host bits set included. */
export function parseRange(cidr: string): Range | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) return null;
  const parts = match.slice(1).map(Number);
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = parts;
  if ([a, b, c, d].some((part) => part > 255) || prefix > 32) return null;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, size } : null;
}

export function contains(outer: Range, inner: Range): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

export function overlaps(a: Range, b: Range): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** `10.0.0.4` as a number; null for anything else. */
export function parseAddress(text: string): number | null {
  return parseRange(`${text}/32`)?.first ?? null;
}
