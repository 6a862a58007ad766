import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import { STSClient } from '@aws-sdk/client-sts';
import type { ApiTarget } from '../../core/cloud.ts';
import type { NearestRegion } from '../../core/nearest-region.ts';
import { awsSettings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AwsClients {
  /** Where no region was named and none is configured: those there are, nearest first; else null. */
  readonly candidates: readonly NearestRegion[] | null;
  /** The one that was named or configured, else the nearest. */
  readonly region: string;
  readonly ec2: EC2Client;
  /** EC2 in another region, for the same account. It is for whoever asked to destroy it. */
  readonly ec2In: (region: string) => EC2Client;
  readonly sts: STSClient;
}

const attempts = 4;
const connectTimeoutMs = 5_000;
const requestTimeoutMs = 20_000;

/** The SDK would write warnings onto a screen that is not its own. */
const silence = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Clients for a target. Profile, SSO, credentials, AWS_ENDPOINT_URL and region are found as the AWS CLI and
 * Terraform's provider find them, so that all three act on the same account.
 */
export async function openClients(target: ApiTarget, defaultRegion: string, env: Environment): Promise<AwsClients> {
  const shared = clientConfig(target, env);
  const configuredRegion = target.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (await regionOfProfile(shared));
  const candidates = configuredRegion === null ? await nearest(target, defaultRegion) : null;
  const region = candidates?.[0]?.region ?? configuredRegion ?? defaultRegion;
  const ec2In = (where: string): EC2Client => quietly(() => new EC2Client({ ...shared, region: where }));
  // The nearest region may be one that the account has not enabled, where nobody is known.
  const sts = quietly(() => new STSClient({ ...shared, region: candidates === null ? region : defaultRegion }));
  return { candidates, region, ec2: ec2In(region), ec2In, sts };
}

/**
 * As its first client is made the SDK warns of Node 20, on the process's own standard error, unless this variable says no. The process may be
 * somebody else's, so it is as before afterwards.
 */
function quietly<T>(make: () => T): T {
  const variable = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  const before = process.env[variable];
  process.env[variable] = 'true';
  try {
    return make();
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, variable);
    else process.env[variable] = before;
  }
}

/** What a simulated cloud takes for credentials; nobody else does. */
const simulatedCredentials = { accessKeyId: 'SIMULATED', secretAccessKey: 'simulated' };

function nearest({ nearestRegions }: ApiTarget, defaultRegion: string): Promise<readonly NearestRegion[]> {
  return nearestRegions?.() ?? Promise.resolve([{ region: defaultRegion, by: 'default', reason: 'the default' }]);
}

function clientConfig({ settings, simulatedAt }: ApiTarget, env: Environment) {
  const { profile, endpoint } = awsSettings(settings);
  const access =
    simulatedAt === undefined
      ? { ...(profile === null ? environmentCredentials(env) : { profile }), ...(endpoint === null ? {} : { endpoint }) }
      : { endpoint: simulatedAt, credentials: simulatedCredentials };
  return {
    maxAttempts: attempts,
    logger: silence,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      ...trustOf(env),
    },
    ...access,
  } satisfies EC2ClientConfig;
}

/** With keys and AWS_PROFILE both set, the SDK for JavaScript takes the profile, but the CLI and Terraform the keys. */
function environmentCredentials(env: Environment) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (!accessKeyId || !secretAccessKey) return {};
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } };
}

/** The CLI and Terraform trust AWS_CA_BUNDLE; the SDK for JavaScript does not know it. */
function trustOf(env: Environment) {
  const bundle = env.AWS_CA_BUNDLE;
  return bundle ? { httpsAgent: { ca: [...rootCertificates, readFileSync(bundle, 'utf8')] } } : {};
}

async function regionOfProfile(shared: ReturnType<typeof clientConfig>): Promise<string | null> {
  const probe = quietly(() => new STSClient(shared));
  try {
    return await probe.config.region();
  } catch {
    // "Region is missing": nothing is configured.
    return null;
  } finally {
    probe.destroy();
  }
}
