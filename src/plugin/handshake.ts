/** The environment that Terraform starts a provider with, and what to answer on standard output. */
export interface Handshake {
  /** PEM; null: without TLS. */
  readonly clientCertificate: string | null;
}

// The same for every provider (hashicorp/terraform internal/plugin/serve.go); meant to recognise a start by hand, not a secret.
const cookieName = 'TF_PLUGIN_MAGIC_COOKIE';
const cookie = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const protocolVersion = 6;

/** Reads Terraform's half. A string says, for a person, why there is nothing to serve; `title` is how it calls the provider. */
export function readHandshake(environment: Readonly<Record<string, string | undefined>>, title: string): Handshake | string {
  if (environment[cookieName] !== cookie) {
    return `This is labtui's ${title}. Terraform starts it by itself: run \`terraform plan\` in a directory that uses it.\n`;
  }
  const versions = (environment.PLUGIN_PROTOCOL_VERSIONS ?? '').split(',').filter((version) => version !== '').map(Number);
  if (versions.length > 0 && !versions.includes(protocolVersion)) {
    return `The ${title} speaks plugin protocol ${protocolVersion}, this Terraform only ${versions.join(', ')}: use Terraform 1.5 or newer, or OpenTofu.\n`;
  }
  const certificate = environment.PLUGIN_CLIENT_CERT ?? '';
  return { clientCertificate: certificate === '' ? null : certificate };
}

/** The one line on standard output; the certificate's base64 has no padding (hashicorp/go-plugin reads it that way). */
export function handshakeLine(port: number, certificateDer: Buffer | null): string {
  return `1|${protocolVersion}|tcp|127.0.0.1:${port}|grpc|${certificateDer?.toString('base64').replace(/=+$/, '') ?? ''}\n`;
}
