import type { ErrorKind, Problem } from '../core/errors.ts';

/** An error text taken apart. */
export interface ErrorText {
  /** The cloud's own code, such as `VcpuLimitExceeded`; null where the text has none. */
  readonly code: string | null;
  /** What follows the code; the whole text where there is none. */
  readonly message: string;
  readonly text: string;
}

/** One row of an error table: the first row whose every condition holds decides. */
export interface ErrorRule {
  readonly codes?: readonly string[];
  readonly pattern?: RegExp;
  readonly kind: ErrorKind;
  readonly summary: string | ((error: ErrorText) => string);
  readonly hint: string | ((error: ErrorText) => string);
  /** Whether the same run, later or elsewhere, may succeed without anybody doing something first. */
  readonly retryable: boolean;
  /** As in a Problem: what the refusal is limited to. */
  readonly holdsFor?: Problem['holdsFor'] | ((error: ErrorText) => Problem['holdsFor']);
  /** Zones that the text names as a way out. */
  readonly zonesOffered?: (text: string) => readonly string[];
}

/** The problem of the first fitting row; null when no row fits. */
export function classifyBy(rules: readonly ErrorRule[], error: ErrorText): Problem | null {
  const rule = rules.find(
    ({ codes, pattern }) =>
      (codes === undefined || (error.code !== null && codes.includes(error.code))) &&
      (pattern === undefined || pattern.test(error.text)),
  );
  if (rule === undefined) return null;
  return {
    kind: rule.kind,
    ...(error.code === null || rule.codes === undefined ? {} : { code: error.code }),
    summary: said(rule.summary, error),
    hint: said(rule.hint, error),
    retryable: rule.retryable,
    ...limits(rule, error),
  };
}

function limits(rule: ErrorRule, error: ErrorText): Pick<Problem, 'holdsFor' | 'zonesOffered'> {
  const holdsFor = typeof rule.holdsFor === 'function' ? rule.holdsFor(error) : rule.holdsFor;
  const zones = rule.zonesOffered?.(error.text) ?? [];
  return { ...(holdsFor === undefined ? {} : { holdsFor }), ...(zones.length === 0 ? {} : { zonesOffered: zones }) };
}

function said(text: string | ((error: ErrorText) => string), error: ErrorText): string {
  return typeof text === 'string' ? text : text(error);
}
