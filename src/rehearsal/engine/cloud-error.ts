import type { JsonObject } from './json.ts';

/** A cloud's refusal, in its own words. Each face and provider puts it in its own form. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  /** `VcpuLimitExceeded`, `ZONE_RESOURCE_POOL_EXHAUSTED`, `SkuNotAvailable` */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** What else the answer carries, in the cloud's own form. */
  readonly details: JsonObject;

  constructor(code: string, message: string, options: { readonly status?: number; readonly details?: JsonObject } = {}) {
    super(message);
    this.code = code;
    this.status = options.status ?? 400;
    this.details = options.details ?? {};
  }
}

/** The connection broke. `done`: the cloud had carried the call out, only its answer was lost. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly done: boolean;

  constructor(done: boolean) {
    super('connection reset by peer');
    this.done = done;
  }
}

/** A fault that ends the process which made the call. */
export class ProcessFault extends Error {
  override readonly name = 'ProcessFault';
  readonly fault: 'provider-crash' | 'half-written-state';

  constructor(fault: ProcessFault['fault']) {
    super(fault);
    this.fault = fault;
  }
}
