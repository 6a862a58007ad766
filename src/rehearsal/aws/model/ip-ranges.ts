/** An IPv4 range; addresses are numbers. */
export interface IpRange {
  readonly first: number;
  readonly size: number;
  readonly prefix: number;
}

/** `10.0.0.0/24` with no bit set beyond its prefix; null for anything else. */
export function parseRange(text: string): IpRange | null {
  const [, address = '', length = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text) ?? [];
  const first = parseAddress(address);
  const prefix = Number(length);
  if (first === null || length === '' || prefix > 32) return null;
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, size, prefix } : null;
}

export function parseAddress(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export function contains(outer: IpRange, inner: IpRange): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

export function overlaps(a: IpRange, b: IpRange): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** EC2 keeps the first four addresses of a subnet and its last for itself. */
export const reservedAddresses = 5;

/** Whether an instance may have the address in a subnet. */
export function isUsable(range: IpRange, address: number): boolean {
  return address >= range.first + 4 && address < range.first + range.size - 1;
}

/** The lowest address that is not taken; null when the subnet is full. */
export function freeAddress(range: IpRange, taken: ReadonlySet<string>): string | null {
  for (let address = range.first + 4; isUsable(range, address); address += 1) {
    const text = formatAddress(address);
    if (!taken.has(text)) return text;
  }
  return null;
}
