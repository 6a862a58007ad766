import * as z from 'zod';

// How hashicorp/google 6.50 and 7.45 call the Compute API: one request at a time, operations polled where they say they are, and
// errors put into words without their codes. After the provider's source (transport, compute_operation.go).

export type Json = Readonly<Record<string, unknown>>;

const operation = z.looseObject({
  name: z.string(),
  id: z.string().regex(/^\d{1,19}$/),
  status: z.enum(['PENDING', 'RUNNING', 'DONE']),
  zone: z.string().optional(),
  region: z.string().optional(),
  error: z.object({ errors: z.array(z.looseObject({ code: z.string(), message: z.string(), errorDetails: z.array(z.record(z.string(), z.unknown())).default([]) })) }).optional(),
});
export type Operation = z.output<typeof operation>;

const refusal = z.object({ error: z.object({ code: z.number(), message: z.string(), errors: z.array(z.object({ reason: z.string() })) }) });

/** What the provider tells Terraform, in its words. */
export class ProviderFailure extends Error {
  readonly status: number | null;

  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }
}

export interface ProviderHttp {
  /** `POST projects/p/global/networks`, in order, without polls. */
  readonly calls: string[];
  /** Every status of the operations that were polled. */
  readonly statuses: Set<string>;
  send(method: string, path: string, body?: Json): Promise<Json>;
  /** Sends a change and waits for its operation. */
  change(method: string, path: string, body?: Json): Promise<Operation>;
}

/** `between` passes the time from one poll to the next. */
export function providerHttp(endpoint: string, between: () => void | Promise<void>): ProviderHttp {
  const calls: string[] = [];
  const statuses = new Set<string>();
  const raw = async (method: string, path: string, body?: Json): Promise<Json> => {
    const url = new URL(path, endpoint);
    url.searchParams.set('alt', 'json');
    url.searchParams.set('prettyPrint', 'false');
    const headers = { authorization: 'Bearer simulated', 'content-type': 'application/json', 'user-agent': 'Terraform/1.11.4 terraform-provider-google/6.50.0' };
    const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (response.ok) return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    const { error } = refusal.parse(JSON.parse(text));
    throw new ProviderFailure(`googleapi: Error ${error.code}: ${error.message}, ${error.errors[0]?.reason ?? ''}`, response.status);
  };
  const send: ProviderHttp['send'] = (method, path, body) => {
    calls.push(`${method} ${path.replace(/\?.*/, '')}`);
    return raw(method, path, body);
  };
  const poll = async (project: string, { name, zone, region }: Operation): Promise<Operation | null> => {
    const place = zone !== undefined ? `zones/${lastOf(zone)}` : region !== undefined ? `regions/${lastOf(region)}` : 'global';
    try {
      return operation.parse(await raw('GET', `projects/${project}/${place}/operations/${name}`));
    } catch (error) {
      // An operation may not be known yet where it is asked for.
      if (error instanceof ProviderFailure && error.status === 404) return null;
      throw error;
    }
  };
  return {
    calls,
    statuses,
    send,
    change: async (method, path, body) => {
      const project = path.split('/')[1] ?? '';
      let now = operation.parse(await send(method, path, body));
      while (now.status !== 'DONE') {
        statuses.add(now.status);
        await between();
        now = (await poll(project, now)) ?? now;
      }
      if (now.error !== undefined) throw new ProviderFailure(now.error.errors.map(inWords).join(''));
      return now;
    },
  };
}

const text = z.string().catch('');
const quotaInfo = z.object({ metricName: z.string(), limitName: z.string(), limit: z.number(), dimensions: z.record(z.string(), z.string()) });

function inWords({ code, message, errorDetails }: NonNullable<Operation['error']>['errors'][number]): string {
  const quota = errorDetails.map((detail) => quotaInfo.safeParse(detail.quotaInfo).data).find((found) => found !== undefined);
  const lines = code !== 'QUOTA_EXCEEDED' || quota === undefined ? '' : `\tmetric name = ${quota.metricName}\n\tlimit name = ${quota.limitName}\n\tlimit = ${quota.limit}\n\tdimensions = map[${Object.entries(quota.dimensions).map((entry) => entry.join(':')).join(' ')}]\n`;
  const localized = errorDetails.map(({ localizedMessage }) => text.parse(z.object({ message: z.string() }).safeParse(localizedMessage).data?.message)).find((found) => found !== '');
  return `${message}\n${lines}${localized === undefined ? '' : `\n\n${localized}\n`}`;
}

export const lastOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1);
