import { createHash } from 'node:crypto';

/** Compute Engine: RFC 1035, at most 63 characters. */
const longestName = 63;

/**
 * The name of what a stack makes: `<session>-<stack>`, for a machine among several `<session>-<stack>-<number>`. A valid Compute
 * Engine name, the same one every time and no other stack's; where it would be too long, its middle is a digest.
 */
export function resourceName(sessionId: string, stackId: string, number: number | null = null): string {
  const base = `${startOf(sessionId)}${stackId}`;
  const tail = number === null ? '' : `-${number}`;
  if (base.length + tail.length <= longestName) return `${base}${tail}`;
  const digest = createHash('sha256').update(base).digest('hex').slice(0, 6);
  const kept = base.slice(0, longestName - tail.length - digest.length - 1).replace(/-+$/, '');
  return `${kept}-${digest}${tail}`;
}

/**
 * How the names of everything that a session made begin. Another session's id may begin like this one's: `isOfSession` tells
 * them apart.
 */
export function startOf(sessionId: string): string {
  // A session may be named 4x4, a network may not.
  return `${/^[a-z]/.test(sessionId) ? '' : 'l'}${sessionId}-`;
}

/** Whether a name was made by `resourceName` for that session: a stack's name begins with its cloud's. */
export function isOfSession(name: string, sessionId: string): boolean {
  const start = startOf(sessionId);
  return name.startsWith(start) && /^gcp(?:-|$)/.test(name.slice(start.length));
}

/** `projects/p/zones/z/...` of a link or path of the API, the form in which Terraform's ids are written. */
export function pathOf(link: string): string {
  return link.replace(/^https?:\/\/[^/]+\/(?:compute\/)?[^/]+\/(?=projects\/)/, '').replace(/^\/+/, '');
}

/** The last part of a link or path. */
export function lastOf(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

/** What stands after a word in a path: the zone of `.../zones/<zone>/...`; null where it has none. */
export function partOf(link: string, word: 'projects' | 'regions' | 'zones'): string | null {
  const parts = pathOf(link).split('/');
  const at = parts.indexOf(word);
  return at === -1 ? null : (parts[at + 1] ?? null);
}

/** `europe-west1` of `europe-west1-b`. */
export function regionOfZone(zone: string): string {
  return zone.replace(/-[a-z0-9]+$/, '');
}
