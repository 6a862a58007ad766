import { isIP } from 'node:net';

/** A port of this computer, and what it leads to from a machine. */
export interface PortMapping {
  /** A loopback address. */
  readonly bind: string;
  /** 0: a free one. */
  readonly port: number;
  /** As the machine sees it. */
  readonly host: string;
  readonly hostPort: number;
}

/** Whether a text is `HERE:THERE`, two ports from 1 to 65535. */
export function isPortPair(text: string): boolean {
  return /^\d{1,5}:\d{1,5}$/.test(text) && text.split(':').every((port) => Number(port) >= 1 && Number(port) <= 65_535);
}

/** What happens to a forwarded port. */
export type ForwardEvent =
  /** Once connected; `port` is the one that was opened. */
  | { readonly kind: 'listening'; readonly mapping: PortMapping; readonly port: number }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'not-yet'; readonly reason: string }
  | { readonly kind: 'connected-again' }
  /** The machine opened no way to its end of the mapping. */
  | { readonly kind: 'refused'; readonly mapping: PortMapping; readonly reason: string };

export type ReadMapping = { readonly ok: true; readonly mapping: PortMapping } | { readonly ok: false; readonly reason: string };

const loopback: Readonly<Record<string, string>> = { localhost: '127.0.0.1', '127.0.0.1': '127.0.0.1', '::1': '::1' };

/**
 * Reads `8080`, `8080:80`, `8080:localhost:80` or `127.0.0.1:8080:localhost:80`; addresses of IPv6 stand in brackets. Another address of
 * this computer than its own loopback is refused: what is forwarded has no lock of its own.
 */
export function readPortMapping(text: string): ReadMapping {
  const parts = text.match(/\[[^\]]*\]|[^:[\]]+/g) ?? [];
  const words = parts.map((part) => part.replace(/^\[|\]$/g, ''));
  if (parts.join(':') !== text || words.length > 4) return { ok: false, reason: 'is no PORT:HOST:PORT' };
  const [bindText, portText, host, hostPortText] = spread(words);
  const [port, hostPort] = [portOf(portText ?? ''), portOf(hostPortText ?? '')];
  if (port === null || hostPort === null || hostPort === 0) return { ok: false, reason: 'needs ports from 1 to 65535; the first may be 0 for a free one' };
  const bind = loopback[bindText ?? 'localhost'];
  if (bind === undefined) return { ok: false, reason: `would open the port on ${bindText ?? ''}, for others than this computer` };
  if (host === undefined || (isIP(host) === 0 && !/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(host))) return { ok: false, reason: `names no host: ${host ?? ''}` };
  return { ok: true, mapping: { bind, port, host, hostPort } };
}

function spread(words: readonly string[]): readonly (string | undefined)[] {
  const [first, second, third, fourth] = words;
  switch (words.length) {
    case 1:
      return [undefined, first, 'localhost', first];
    case 2:
      return [undefined, first, 'localhost', second];
    case 3:
      return [undefined, first, second, third];
    default:
      return [first, second, third, fourth];
  }
}

function portOf(text: string): number | null {
  return /^\d{1,5}$/.test(text) && Number(text) < 65_536 ? Number(text) : null;
}

/** `127.0.0.1:8080`, `[::1]:8080` */
export function endpoint(address: string, port: number): string {
  return `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
}
