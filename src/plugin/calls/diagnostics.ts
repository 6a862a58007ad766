import { type ProviderDiagnostic, ProviderError } from '../behaviour.ts';
import { ValueError } from '../value/value-error.ts';
import type { Serving } from './serving.ts';
import { severities, type WireDiagnostic, type WirePath } from '../wire/messages.ts';

/** A path of attribute names and indexes as the protocol has it. */
export const wirePath = (path: readonly (string | number)[]): WirePath => ({
  steps: path.map((step) => (typeof step === 'number' ? { elementKeyInt: step } : { attributeName: step })),
});

export const wireDiagnostic = ({ severity, summary, detail, path }: ProviderDiagnostic): WireDiagnostic => ({
  severity: severities[severity],
  summary,
  detail: detail ?? '',
  attribute: path === undefined || path.length === 0 ? null : wirePath(path),
});

/** What a failed operation says to Terraform. What nobody expected also goes to Terraform's log, with its stack. */
export function diagnosticOf(error: unknown, { log, describe, title }: Pick<Serving, 'log' | 'describe' | 'title'>): ProviderDiagnostic {
  if (error instanceof ProviderError) return error.diagnostic;
  const described = describe(error);
  if (described !== null) return described;
  // What an abort signal makes, and what Go calls it.
  if (error instanceof Error && error.name === 'AbortError') return { severity: 'error', summary: 'context canceled' };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  log(`${stack ?? message}\n`);
  if (error instanceof ValueError) {
    return { severity: 'error', summary: 'Plugin error', detail: `This is a bug in labtui's ${title}. ${error.path.join('.')}: ${message}.` };
  }
  return { severity: 'error', summary: 'Plugin error', detail: `This is a bug in labtui's ${title}. ${message}` };
}
