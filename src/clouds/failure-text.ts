/** An error with what it was caused by, a line each: why a connection failed stands only there. */
export function failureText(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  const causes = inner.flatMap((cause: unknown) => (cause instanceof Error ? [failureText(cause)] : []));
  return [`${error.name}: ${error.message}`, ...code, ...causes].join('\n');
}
