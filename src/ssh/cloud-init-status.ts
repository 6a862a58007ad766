import * as z from 'zod';

/** How cloud-init ended. */
export type CloudInitOutcome =
  | { readonly kind: 'done' }
  /** It is done, and something in it went wrong. */
  | { readonly kind: 'degraded'; readonly errors: readonly string[] }
  | { readonly kind: 'failed'; readonly errors: readonly string[] }
  | { readonly kind: 'absent' }
  /** This cloud-init cannot print JSON: ask again without. */
  | { readonly kind: 'too-old' };

/** Waits for the end of cloud-init. Exit code 127: there is none. */
export const statusCommand = (format: 'json' | 'text') =>
  `exec sh -c 'command -v cloud-init >/dev/null || exit 127; exec cloud-init status --wait${format === 'json' ? ' --format json' : ' --long'}'`;

const statusSchema = z.object({
  status: z.string(),
  errors: z.array(z.string()).default([]),
  recoverable_errors: z.record(z.string(), z.array(z.string())).default({}),
});

/**
 * What `cloud-init status --wait` said. Exit codes (its cmd/status.py): 0 done, 1 error, 2 done with recoverable errors
 * since 23.4, but 2 is also argparse's answer to an unknown option.
 */
export function readStatus(format: 'json' | 'text', code: number, stdout: string, stderr: string): CloudInitOutcome {
  if (code === 127) return { kind: 'absent' };
  if (format === 'text') return fromText(code, stdout, stderr);
  const status = parseStatus(stdout);
  if (status === null) {
    if (code === 2 && /unrecognized arguments|invalid choice/.test(stderr)) return { kind: 'too-old' };
    return code === 0 ? { kind: 'done' } : { kind: 'failed', errors: [lastLine(stderr) ?? `cloud-init status ended with ${code}`] };
  }
  if (code === 1 || status.status === 'error') return { kind: 'failed', errors: orUnknown(status.errors) };
  const recoverable = worthTelling(status.recoverable_errors);
  return code === 2 || recoverable.length > 0 ? { kind: 'degraded', errors: orUnknown(recoverable) } : { kind: 'done' };
}

function fromText(code: number, stdout: string, stderr: string): CloudInitOutcome {
  if (code === 0) return { kind: 'done' };
  const detail = stdout.split(/^detail:/m)[1]?.trim();
  return { kind: 'failed', errors: [detail ?? lastLine(stderr) ?? `cloud-init status ended with ${code}`] };
}

function parseStatus(stdout: string): z.output<typeof statusSchema> | null {
  const start = stdout.indexOf('{');
  if (start < 0) return null;
  try {
    return statusSchema.safeParse(JSON.parse(stdout.slice(start))).data ?? null;
  } catch {
    return null;
  }
}

/** By level, worst first. Use of a deprecated key is no trouble of the machine's. */
function worthTelling(errors: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return ['CRITICAL', 'ERROR', 'WARNING'].flatMap((level) => errors[level] ?? []);
}

function orUnknown(errors: readonly string[]): readonly string[] {
  return errors.length > 0 ? errors : ['it does not say what; see /var/log/cloud-init.log'];
}

function lastLine(text: string): string | undefined {
  const line = text.trim().split('\n').at(-1);
  return line === '' ? undefined : line;
}
