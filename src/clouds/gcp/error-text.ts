import type { ErrorText } from '../error-rules.ts';

/**
 * The reason and message in a text of the Google provider or of the API. Only what failed at once has a reason
 * (`googleapi: Error 403: <message>, <reason>`): of an operation that failed later the provider prints the message alone.
 */
export function readGcpError(text: string): ErrorText {
  const [, , rest] = /googleapi: Error (\d+): ([\s\S]*)/.exec(text) ?? [];
  if (rest !== undefined) {
    const [, message = rest, code = null] = /^([\s\S]*?),\s*([a-zA-Z_]{3,60})\s*$/.exec(rest) ?? [];
    return { code, message: withoutDetails(message), text };
  }
  const [, message = text] = /Error waiting (?:for|to) [^:]+: ([\s\S]*)/.exec(text) ?? [];
  return { code: null, message: withoutDetails(message), text };
}

/** `403` of `googleapi: Error 403: ...`; null where none is named. */
export function statusIn(text: string): number | null {
  const status = /googleapi: Error (\d{3})/.exec(text)?.[1];
  return status === undefined ? null : Number(status);
}

/** The zone a message complains about. */
export function zoneIn(message: string): string | null {
  const [, path, unavailable] = /zones\/([a-z0-9-]+)'|unavailable in the ([a-z0-9-]+) zone/.exec(message) ?? [];
  return path ?? unavailable ?? null;
}

/** Zones that a capacity message offers instead. */
export function zonesOffered(message: string): readonly string[] {
  const offer = /[Cc]onsider trying your request in the ([^.]*?) zone/.exec(message)?.[1] ?? '';
  return offer.match(/[a-z]+-[a-z]+\d+-[a-z]/g) ?? [];
}

export interface ExceededQuota {
  readonly metric: string;
  readonly limit: string | null;
  /** null: the quota is the project's, whatever the region. */
  readonly region: string | null;
  /** The machine series that has the quota to itself, as the provider prints it below the message: `N4`. */
  readonly family: string | null;
}

/** The quota that a message says is used up; null where it says none. */
export function exceededQuota(message: string): ExceededQuota | null {
  const [, metric, limit, region] = /Quota '([\w-]+)' exceeded\.\s+Limit: ([\d.]+)(?: (?:in region ([a-z0-9-]+)|globally))?/.exec(message) ?? [];
  if (metric !== undefined) return { metric, limit: limit?.replace(/\.0+$|\.$/, '') ?? null, region: region ?? null, family: /\bvm_family:(\w+)/.exec(message)?.[1] ?? null };
  const [, resource, quota] = /resource "([\w-]+)": request requires '[\d.]+'[^']*'[\d.]+'\.? project has a quota of '([\d.]+)'/.exec(message) ?? [];
  return resource === undefined ? null : { metric: resource, limit: quota?.replace(/\.0+$/, '') ?? null, region: null, family: null };
}

/** The first sentence, without what the provider adds below it. */
export function firstSentence(message: string): string {
  const [sentence = message] = message.trim().split(/\.\s|\n/, 1);
  return sentence.replace(/\.$/, '');
}

function withoutDetails(message: string): string {
  return message.replace(/\n(?:Details:|More details:)[\s\S]*$/, '').trim();
}
