import type * as z from 'zod';
import { LabError } from '../core/errors.ts';
import { type Complaint, dotted, validate } from './complaints.ts';
import { excerpt, printable, type Span } from './excerpt.ts';
import { numbersAsText } from './numbers-as-text.ts';
import { readTextFile } from './read-text.ts';
import type { Path } from './schema-keys.ts';
import { parseYaml, type YamlDocument } from './yaml-document.ts';

export interface YamlOptions {
  /** A file of nothing but comments counts as `{}` instead of being refused. @default false */
  readonly mayBeEmpty?: boolean;
}

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
}

/** A YAML file that its schema accepted. */
export interface YamlFile<T> {
  readonly value: T;
  readonly label: string;
  /** Place of the value at a path, or of its key; null where the file does not have it. */
  locate(path: Path, part?: 'key' | 'value'): Position | null;
  /** An invalid-input error that shows the place: for what a schema cannot know. */
  errorAt(path: Path, message: string, options?: ErrorAtOptions): LabError;
}

export interface ErrorAtOptions {
  /** What of the path is wrong. `missing`: a key is missing in this mapping. @default 'value' */
  readonly about?: Complaint['about'];
  /** Names to choose from. */
  readonly allowed?: readonly string[];
  readonly hint?: string;
}

/**
 * Reads and validates a YAML file (UTF-8, at most 1 MiB). `label` is what messages call it, by default its path.
 * Rejects with kind not-found or invalid-input, the latter as `label:line:column what is wrong` with the line shown.
 */
export async function readYamlFile<S extends z.ZodType>(
  file: string,
  schema: S,
  options: YamlOptions & { readonly label?: string } = {},
): Promise<YamlFile<z.output<S>>> {
  const label = printable(options.label ?? file);
  return readYamlText(await readTextFile(file, label), label, schema, options);
}

/** As `readYamlFile`, of a text that is already there. */
export function readYamlText<S extends z.ZodType>(text: string, label: string, schema: S, options: YamlOptions = {}): YamlFile<z.output<S>> {
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    const { span, message } = parsed.problem;
    throw new LabError({ kind: 'invalid-input', summary: headline(label, span, message), detail: excerpt(text, span) });
  }
  const { document } = parsed;
  if (document.value === null && options.mayBeEmpty !== true) throw new LabError({ kind: 'invalid-input', summary: `${label} is empty` });
  const validated = validate(schema, numbersAsText(schema, document.value ?? {}, document.textOf));
  if (!validated.ok) throw locatedError(text, label, document, validated.complaints);
  return {
    value: validated.value,
    label,
    locate: (path, part = 'value') => {
      const span = document.spanOf(path, part);
      return span === null ? null : { line: span.line, column: span.column };
    },
    errorAt: (path, message, { about = 'value', allowed = [], hint } = {}) =>
      locatedError(text, label, document, [{ path, about, message, allowed }], hint),
  };
}

/** The first complaint in the order of the file with its line; the others in one line each. */
function locatedError(text: string, label: string, document: YamlDocument, complaints: readonly Complaint[], hint?: string): LabError {
  const placed = complaints.map((complaint) => ({ complaint, span: spanOf(document, complaint) })).sort((a, b) => order(a) - order(b));
  const [first, ...others] = placed;
  if (first === undefined) return new LabError({ kind: 'invalid-input', summary: `${label} is not valid` });
  const { complaint, span } = first;
  const detail = [
    excerpt(text, span),
    ...(complaint.allowed.length > 0 ? [`allowed here: ${complaint.allowed.map(printable).join(', ')}`] : []),
    ...others.slice(0, 9).map((other) => `also: ${headline(label, other.span, tell(other.complaint))}`),
    ...(others.length > 9 ? [`and ${others.length - 9} more`] : []),
  ];
  return new LabError({ kind: 'invalid-input', summary: headline(label, span, tell(complaint)), detail: detail.join('\n'), hint });
}

function order({ complaint, span }: { readonly complaint: Complaint; readonly span: Span }): number {
  return (complaint.about === 'missing' ? 1e12 : 0) + span.line * 1e6 + span.column;
}

function spanOf(document: YamlDocument, { path, about }: Complaint): Span {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const span = document.spanOf(path.slice(0, depth), about === 'key' && depth === path.length ? 'key' : 'value');
    if (span !== null) return span;
  }
  return { line: 1, column: 1, length: 1 };
}

function tell({ path, about, message }: Complaint): string {
  return about === 'value' && path.length > 0 ? `${dotted(path)}: ${message}` : message;
}

function headline(label: string, { line, column }: Span, message: string): string {
  return `${label}:${line}:${column} ${printable(message)}`;
}
