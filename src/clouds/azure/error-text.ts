import type { ErrorText } from '../error-rules.ts';

/** go-azure-sdk of a refused call: `unexpected status 409 (409 Conflict) with error: Code: message`. */
const refusedCall = /with error: ([A-Za-z][\w.]*): ([\s\S]*)/;
/** A code in any other wording: `Code: "X"` of a failed operation, `Code="X"`, and JSON, which may lie in a message in quotes. */
const namedCode = /\bcode\\*["']?\s*[:=]\s*\\*["']([A-Za-z][\w.]*)\\*["']/gi;
/** Where an operation failed without a code of its own, its status may hold one. */
const namedStatus = /\bStatus: "([A-Za-z]\w*)"/g;
const message = /\bmessage\\*["']?\s*[:=]\s*\\*["']((?:[^"\\]|\\(?!"(?:$|[,}\s])).)*)/i;

/** Words of the operation itself, not of what went wrong. */
const noCodes: ReadonlySet<string> = new Set(['Failed', 'Canceled', 'InProgress', 'Succeeded']);

/**
 * Every error that a text of the azurerm provider or of Azure names, the inner ones first: the outer ones only say that something
 * failed. One without a code where none is named.
 */
export function readAzureErrors(text: string): readonly ErrorText[] {
  const [, code, said] = refusedCall.exec(text) ?? [];
  const outermost = code === undefined || said === undefined ? [] : [{ code, message: said.trim(), text }];
  const named = [...matches(namedStatus, text), ...matches(namedCode, text)].map(({ code: found, from }) => ({
    code: found,
    message: message.exec(text.slice(from))?.[1]?.replaceAll('\\"', '"') ?? text,
    text,
  }));
  const errors = [...outermost, ...named].filter((error) => !noCodes.has(error.code)).reverse();
  return errors.length > 0 ? errors : [{ code: null, message: text, text }];
}

function matches(pattern: RegExp, text: string): readonly { readonly code: string; readonly from: number }[] {
  return [...text.matchAll(pattern)].flatMap((match) => (match[1] === undefined ? [] : [{ code: match[1], from: match.index + match[0].length }]));
}

/** The vCPU quota that a message says is used up; null where it says none. */
export function exceededCores(text: string): { readonly quota: string; readonly numbers: string; readonly region: string | null } | null {
  const quota = /exceeding approved ([\w .]+?) quota/.exec(text)?.[1];
  if (quota === undefined) return text.includes('exceeding quota limits of Core') ? { quota: 'Cores', numbers: numbersIn(text), region: null } : null;
  return { quota, numbers: numbersIn(text), region: /Location: (\w+)/.exec(text)?.[1]?.toLowerCase() ?? null };
}

function numbersIn(text: string): string {
  const limit = /(?:Current Limit|Maximum allowed): (\d+)/.exec(text)?.[1];
  const usage = /Current (?:Usage|in use): (\d+)/.exec(text)?.[1];
  const needed = /Additional (?:Required|requested): (\d+)/.exec(text)?.[1];
  if (limit === undefined || usage === undefined) return '';
  return ` (${usage} of ${limit} vCPU in use${needed === undefined ? '' : `, ${needed} more needed`})`;
}

/** Zones that a refusal says there are: `2` and `3`. */
export function zonesOffered(text: string): readonly string[] {
  const offer = /supported zones for location '[^']*' are '([^']*)'/.exec(text)?.[1] ?? '';
  return offer.match(/\d+/g) ?? [];
}

/** The first sentence. */
export function firstSentence(text: string): string {
  const [sentence = text] = text.trim().split(/\.\s|\r?\n/, 1);
  return sentence.replace(/\.$/, '');
}
