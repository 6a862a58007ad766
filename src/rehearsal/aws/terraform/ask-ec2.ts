import { randomUUID } from 'node:crypto';
import { CloudError, ConnectionLost } from '../../engine/cloud-error.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { type CallAbout, callEc2 } from '../model/call-ec2.ts';
import type { Ec2 } from '../model/ec2.ts';
import { type Operation, serviceOf } from '../model/operations.ts';
import { number, text } from '../../../plugin/attributes.ts';

/** A call has failed for good, in the words of the SDK for Go v2. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  /** null: the connection broke, or Terraform was told to stop. */
  readonly code: string | null;

  constructor(message: string, code: string | null, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The provider's own, where the configuration does not say. */
const usualAttempts = 25;
const longestPauseMs = 20_000;

/** Codes that the SDK tries again besides every answer with a status of 500 to 504: aws/retry in aws-sdk-go-v2. */
const retried: ReadonlySet<string> = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottledException',
  'TooManyRequestsException',
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
]);

export function regionOf({ config }: ProviderContext): string {
  return text(config, 'region') ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? '';
}

/**
 * A call as the real provider makes it: tried again as often as `max_retries` allows, with pauses that the world's speed
 * shortens. Rejects with a CallFailed; what is no answer of the cloud's goes through.
 */
export async function askEc2<T>(context: ProviderContext, operation: Operation, about: CallAbout, work: (ec2: Ec2) => T): Promise<T> {
  const { world, caller, config, signal } = context;
  const most = Math.max(1, number(config, 'max_retries') ?? usualAttempts);
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw cancelled(operation);
    try {
      return await callEc2({ world, caller, region: regionOf(context) }, operation, about, work);
    } catch (error) {
      if (!(error instanceof CloudError) && !(error instanceof ConnectionLost)) throw error;
      if (!isRetried(error) || attempt >= most) throw failed(operation, error, isRetried(error) ? attempt : 1, regionOf(context));
    }
    await pause(context, pauseMs(attempt), operation);
  }
}

/** Waits at the cloud's pace. Rejects with a CallFailed when Terraform is told to stop. */
export async function pause({ world, signal }: ProviderContext, realMs: number, operation: Operation): Promise<void> {
  try {
    await world.sleep(realMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw cancelled(operation);
  }
}

/** Doubling, with half of it by chance. */
function pauseMs(attempt: number): number {
  return Math.min(longestPauseMs, 2 ** attempt * 500 * (0.5 + Math.random() / 2));
}

function isRetried(error: CloudError | ConnectionLost): boolean {
  return error instanceof ConnectionLost || (error.status >= 500 && error.status <= 504) || retried.has(error.code);
}

function failed(operation: Operation, error: CloudError | ConnectionLost, attempts: number, region: string): CallFailed {
  const tries = attempts > 1 ? `exceeded maximum number of attempts, ${attempts}, ` : '';
  if (error instanceof ConnectionLost) {
    const host = `${serviceOf(operation).toLowerCase()}.${region}.amazonaws.com`;
    return new CallFailed(
      `${prefix(operation)}, ${tries}https response error StatusCode: 0, RequestID: , request send failed, Post "https://${host}/": read tcp 192.0.2.10:40312->198.18.255.1:443: read: connection reset by peer`,
      null,
      error,
    );
  }
  return new CallFailed(
    `${prefix(operation)}, ${tries}https response error StatusCode: ${error.status}, RequestID: ${randomUUID()}, api error ${error.code}: ${error.message}`,
    error.code,
    error,
  );
}

function cancelled(operation: Operation): CallFailed {
  return new CallFailed(`${prefix(operation)}, https response error StatusCode: 0, RequestID: , canceled, context canceled`, null);
}

function prefix(operation: Operation): string {
  return `operation error ${serviceOf(operation)}: ${operation}`;
}

/** Whether a failure is the cloud's answer with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): error is CallFailed {
  return error instanceof CallFailed && error.code !== null && codes.includes(error.code);
}
