import type { Problem } from '../core/errors.ts';
import { classifyBy, type ErrorRule } from './error-rules.ts';

/** Go's and Node's words for the same failures on the way. */
const unreachable =
  /no such host|connection refused|connection reset by peer|i\/o timeout|TLS handshake timeout|network is unreachable|Client\.Timeout exceeded|context deadline exceeded|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|socket hang up|Connection timed out|TimeoutError/;
const certificate =
  /x509:|tls: failed to verify certificate|self-signed certificate|self signed certificate|unable to (?:get local issuer|verify the first) certificate|CERT_HAS_EXPIRED|certificate has expired/;
const fromRegistry = /registry\.(?:terraform\.io|opentofu\.org)|provider packages|install(?:ing)? provider|releases\.hashicorp\.com/;

const mirrorHint =
  'a proxy (HTTPS_PROXY), or a provider mirror: provider_installation { filesystem_mirror { path = "..." } } in the Terraform CLI configuration';

/**
 * What Terraform itself or the way to a cloud can fail with, whatever the cloud (Terraform 1.11 source, and runs).
 * A cloud's own rules come before these.
 */
const rules: readonly ErrorRule[] = [
  {
    pattern: /Error acquiring the state lock/,
    kind: 'state',
    summary: ({ text }) => `the stack's state is locked${by(/Who:\s+(\S+)/.exec(text)?.[1])}`,
    hint: 'wait for the other run to end, then repeat the command',
    retryable: true,
  },
  {
    pattern: /Unsupported state file format|Error loading state|Failed to load state|state snapshot was created by Terraform v/,
    kind: 'state',
    summary: "the stack's state file cannot be read",
    hint: 'labtui state list SESSION   then   labtui state restore SESSION',
    retryable: false,
  },
  {
    pattern: /Failed to save state|Failed to persist state|Error saving state|Error releasing the state lock|errored\.tfstate/,
    kind: 'state',
    summary: ({ text }) =>
      text.includes('no space left on device') ? "the disk is full: the stack's state could not be saved" : "the stack's state could not be saved",
    hint: 'make room and check that the session directory is writable, then: labtui destroy SESSION',
    retryable: false,
  },
  {
    pattern: /no space left on device|ENOSPC/,
    kind: 'prerequisite',
    summary: 'the disk is full',
    hint: 'make room (labtui cache prune), then repeat the command',
    retryable: false,
  },
  {
    pattern: /Plugin did not respond|\(\*GRPCProvider\)\.\w+ request was cancelled|failed to respond to the plugin|The plugin .*encountered an error|plugin process exited/,
    kind: 'state',
    summary: 'the Terraform provider ended in mid-run; something may exist that the state does not know',
    hint: 'labtui destroy SESSION   it also asks the cloud what is left',
    retryable: true,
  },
  {
    pattern: /terraform \w+ was killed by|terraform \w+ ended with exit code/,
    kind: 'state',
    summary: ({ text }) => `${/terraform \w+ was killed by \w+/.exec(text)?.[0] ?? 'Terraform broke off'}; something may exist that the state does not know`,
    hint: 'labtui destroy SESSION   it also asks the cloud what is left',
    retryable: true,
  },
  {
    pattern: /Unsupported Terraform Core version/,
    kind: 'prerequisite',
    summary: 'this Terraform is too old for the stack',
    hint: 'labtui doctor --install-terraform',
    retryable: false,
  },
  {
    pattern: /Saved plan is stale/,
    kind: 'conflict',
    summary: 'the plan is out of date: the state changed since it was made',
    hint: 'labtui apply --session SESSION',
    retryable: true,
  },
  {
    pattern: certificate,
    kind: 'network',
    summary: ({ text }) => `the certificate of ${hostIn(text)} is not trusted here`,
    hint: "check the computer's clock; behind a proxy that opens TLS, set SSL_CERT_FILE (Terraform) and NODE_EXTRA_CA_CERTS (labtui)",
    retryable: false,
  },
  {
    pattern: new RegExp(`(?:${fromRegistry.source})[\\s\\S]*(?:${unreachable.source})`),
    kind: 'network',
    summary: ({ text }) => `the provider registry ${hostIn(text)} cannot be reached`,
    hint: mirrorHint,
    retryable: true,
  },
  {
    pattern: /Failed to query available provider packages|Failed to install provider|Could not retrieve the list of available versions/,
    kind: 'prerequisite',
    summary: ({ text }) => `Terraform cannot get the provider ${/provider "?(?:registry\.[a-z.]+\/)?([\w-]+\/[\w-]+)/.exec(text)?.[1] ?? 'of this cloud'}`,
    hint: 'labtui doctor   and check the provider_installation block of the Terraform CLI configuration',
    retryable: false,
  },
  {
    pattern: /Inconsistent dependency lock file|Required plugins are not installed|Missing required provider|Could not load plugin/,
    kind: 'prerequisite',
    summary: "the stack's providers are not installed",
    hint: 'labtui apply --session SESSION   it runs terraform init again',
    retryable: false,
  },
  {
    pattern: unreachable,
    kind: 'network',
    summary: ({ text }) => `${hostIn(text)} cannot be reached`,
    hint: 'check the network, VPN and proxy (HTTPS_PROXY, NO_PROXY), then repeat the command',
    retryable: true,
  },
  {
    pattern: /timeout while waiting for|couldn't find resource \(\d+ retries\)/,
    kind: 'conflict',
    summary: ({ text }) => `the cloud did not finish in time: ${/waiting for ([^\n:]+)/.exec(text)?.[1] ?? 'a change is still under way'}`,
    hint: 'wait a minute, then repeat the command; nothing is created twice',
    retryable: true,
  },
];

/** The problem behind a text of Terraform's own or of the network; null where no rule knows it. */
export function classifyTerraform(text: string): Problem | null {
  return classifyBy(rules, { code: null, message: text, text });
}

function by(who: string | undefined): string {
  return who === undefined ? '' : ` by ${who}`;
}

function hostIn(text: string): string {
  const [, host] =
    /lookup ([\w.-]+)/.exec(text) ??
    /https?:\/\/([\w.-]+(?::\d+)?)/.exec(text) ??
    /(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED) ([\w.:-]+)/.exec(text) ??
    [];
  return host ?? 'the other side';
}
