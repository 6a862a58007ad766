type Environment = Readonly<Record<string, string | undefined>>;

/** Why a fetch failed, in one line. It says only "fetch failed" or "terminated" itself; what failed is its cause, or one of several addresses' causes. */
export function fetchReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const inner: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return inner instanceof Error && inner.message !== '' ? inner.message : error.message;
}

/** What to do about it, at last `elsewhere`: Node goes by a proxy only when it is told to. */
export function networkHint(environment: Environment, { retry, elsewhere }: { readonly retry: string; readonly elsewhere: string }): string {
  const proxy = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'].find((name) => (environment[name] ?? '') !== '');
  if (proxy === undefined) return `${retry}, or ${elsewhere}`;
  return `${proxy} is set, but Node does not use it by itself: set NODE_USE_ENV_PROXY=1 (Node 22.21, 24 or later; never on Node 20)\nor ${elsewhere}`;
}
