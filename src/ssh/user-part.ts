import { parseDocument } from 'yaml';
import { invalidInput } from '../core/errors.ts';

/** The user's part of the user data, recognised as cloud-init would. */
export type UserPart =
  | { readonly kind: 'typed'; readonly contentType: string; readonly text: string }
  /** A MIME message with headers of its own, nested as it is. */
  | { readonly kind: 'mime'; readonly text: string };

/** First words of a part and the type they mean (cloud-init's handlers/__init__.py), longest first. */
const typesByStart: readonly (readonly [start: string, contentType: string])[] = [
  ['#cloud-config-archive', 'text/cloud-config-archive'],
  ['#cloud-config-jsonp', 'text/cloud-config-jsonp'],
  ['## template: jinja', 'text/jinja2'],
  ['#cloud-boothook', 'text/cloud-boothook'],
  ['#include-once', 'text/x-include-once-url'],
  ['#part-handler', 'text/part-handler'],
  ['#cloud-config', 'text/cloud-config'],
  ['#include', 'text/x-include-url'],
  ['#!', 'text/x-shellscript'],
];

/**
 * What the user's text is, by its first line; null when it is blank. Throws invalid-input where cloud-init would
 * ignore it: an unknown first line, or a cloud-config that is not a YAML mapping.
 */
export function readUserPart(text: string): UserPart | null {
  const start = text.trimStart().toLowerCase();
  if (start === '') return null;
  if (start.startsWith('content-type:') || start.startsWith('mime-version:')) return { kind: 'mime', text };
  const contentType = typesByStart.find(([word]) => start.startsWith(word))?.[1];
  if (contentType === undefined) {
    const firstLine = text.trimStart().split('\n', 1)[0]?.trim().slice(0, 60) ?? '';
    throw invalidInput(
      `userData begins with "${firstLine}", which cloud-init would ignore`,
      'begin it with #cloud-config, #!/bin/sh (or another interpreter), #include, #cloud-boothook or ## template: jinja',
    );
  }
  if (contentType === 'text/cloud-config') assertMapping(text);
  return { kind: 'typed', contentType, text };
}

/** Whether the part sets a key of cloud-config at its top level. Textual, so that it also holds for a template. */
export function setsKey(part: UserPart | null, key: string): boolean {
  return part !== null && new RegExp(`^["']?${key}["']?[ \\t]*:`, 'm').test(part.text);
}

function assertMapping(text: string): void {
  // cloud-init reads YAML 1.1 and takes the last of two equal keys.
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    throw invalidInput(`userData is not valid YAML: ${error.message.split('\n', 1)[0]?.replace(/:$/, '') ?? ''}`);
  }
  const value: unknown = document.toJS();
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw invalidInput('userData begins with #cloud-config but is not a YAML mapping', 'write it as key: value lines');
  }
}
