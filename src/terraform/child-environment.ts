export type Environment = Readonly<Record<string, string | undefined>>;

/** What Terraform itself needs of the caller's environment; everything else stays outside. */
const passed: readonly string[] = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_*', 'TMPDIR', 'TZ', 'XDG_*'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['TF_CLI_CONFIG_FILE', 'TERRAFORM_CONFIG', 'TF_PLUGIN_CACHE_DIR', 'TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE'],
  ...['TF_REGISTRY_*', 'TF_TOKEN_*'],
  // How much memory Terraform and its providers, Go programs, may take for speed.
  ...['GOGC', 'GOMEMLIMIT', 'GOMAXPROCS'],
];

/** What bends a run (flags, workspace, log on stderr, another data directory): never passed, whoever asks for it. */
const refused: readonly string[] = [
  ...['TF_CLI_ARGS*', 'TF_WORKSPACE', 'TF_LOG*', 'TF_DATA_DIR', 'TF_VAR_*', 'TF_REATTACH_PROVIDERS'],
];

const fixed = { TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' } as const;

/**
 * The environment of a Terraform process: an allow-list of the caller's, plus `pass` (names, or prefixes ending in `*`),
 * plus labtui's own settings.
 */
export function childEnvironment(environment: Environment, pass: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && matches(name, [...passed, ...pass]) && !matches(name, refused)) result[name] = value;
  }
  return { ...result, ...fixed };
}

/** The environment of a Terraform process that is only asked for its version: it reaches no registry, so it gets no token of one. */
export function probeEnvironment(environment: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(childEnvironment(environment, [])).filter(([name]) => !name.startsWith('TF_TOKEN_')));
}

/** The environment of a Terraform process that reaches simulated clouds only: nothing of the caller's about providers. */
export function rehearsedEnvironment(environment: Environment): Record<string, string> {
  const own = childEnvironment(environment, []);
  return Object.fromEntries(Object.entries(own).filter(([name]) => !name.startsWith('TF_') && name !== 'TERRAFORM_CONFIG' || name in fixed));
}

function matches(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}
