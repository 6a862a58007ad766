import type { ErrorText } from '../error-rules.ts';

/** Where an AWS code stands: SDK for Go v2, labtui's own wording of an SDK for JavaScript error, SDK for Go v1. */
const forms: readonly RegExp[] = [
  /api error ([\w.]+): ([\s\S]*)/,
  /^([A-Z]\w+(?:\.\w+)*): ([\s\S]*)/,
  /: ((?:Client|Server)\.[A-Z]\w+(?:\.\w+)?|[A-Z]\w+(?:\.\w+)?): ([\s\S]*)/,
];

/** The code and message in a provider's diagnostic or an API error; sources: provider 4.x to 6.x, state reasons of EC2. */
export function readAwsError(text: string): ErrorText {
  for (const form of forms) {
    const [, code, message] = form.exec(text) ?? [];
    if (code === undefined || message === undefined) continue;
    return { code: code.replace(/^(?:Client|Server)\./, ''), message: withoutRequest(message), text };
  }
  return { code: null, message: text, text };
}

/** `RunInstances` of `operation error EC2: RunInstances, ...`; null where none is named. */
export function operationIn(text: string): string | null {
  return /operation error (\w[\w ]*): (\w+)/.exec(text)?.[2] ?? null;
}

/** The zone a message complains about. */
export function zoneIn(message: string): string | null {
  return /Availability Zone(?: you requested)? \(([a-z0-9-]+)\)/.exec(message)?.[1] ?? null;
}

/** Zones that a capacity message offers instead. */
export function zonesOffered(message: string): readonly string[] {
  const offer = /choosing ([^.]*)/.exec(message)?.[1] ?? '';
  return offer.match(/[a-z]{2}(?:-[a-z]+)+-\d[a-z]/g) ?? [];
}

function withoutRequest(message: string): string {
  return message.replace(/\n\s*status code: \d+, request id: [\s\S]*$/, '').trim();
}
