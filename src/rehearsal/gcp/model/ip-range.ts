/** An IPv4 range, its bounds as numbers. */
export interface IpRange {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

const toNumber = (address: string): number | null => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  const octets = match?.slice(1).map(Number);
  return octets === undefined || octets.some((octet) => octet > 255) ? null : octets.reduce((sum, octet) => sum * 256 + octet, 0);
};

export const addressText = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

export const addressNumber = toNumber;

/** null: not an IPv4 range, or bits are set beyond its prefix. */
export function parseRange(cidr: string): IpRange | null {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(cidr);
  const first = match?.[1] === undefined ? null : toNumber(match[1]);
  const prefix = Number(match?.[2]);
  if (first === null || prefix > 32) return null;
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1, prefix } : null;
}

export const overlap = (a: IpRange, b: IpRange): boolean => a.first <= b.last && b.first <= a.last;

/** The lowest address of a subnet that is free: Google keeps the first two and the last two. null: full. */
export function freeAddress(range: IpRange, taken: ReadonlySet<string>): string | null {
  for (let address = range.first + 2; address <= range.last - 2; address += 1) {
    const text = addressText(address);
    if (!taken.has(text)) return text;
  }
  return null;
}

/** Whether an address of a subnet may be given to a machine. */
export function usableIn(range: IpRange, address: string): boolean {
  const number = toNumber(address);
  return number !== null && number >= range.first + 2 && number <= range.last - 2;
}
