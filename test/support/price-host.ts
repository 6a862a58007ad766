import type { FetchPort } from '../../src/clouds/patient-fetch.ts';
import type { InstanceType } from '../../src/core/clouds.ts';
import type { PriceRequest } from '../../src/core/cloud.ts';

export interface HostCall {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HostAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or text as it is. */
  readonly body: object | string;
}

export interface PriceHost {
  readonly port: FetchPort;
  readonly calls: HostCall[];
  /** Milliseconds of each pause. */
  readonly pauses: number[];
}

/** The far side of HTTP, one function of a call and its number from 0; nothing is waited for. */
export function priceHost(answer: (call: HostCall, number: number) => HostAnswer): PriceHost {
  const calls: HostCall[] = [];
  const pauses: number[] = [];
  return {
    calls,
    pauses,
    port: {
      fetch: (input, init) => {
        const headers: Record<string, string> = {};
        new Headers(init?.headers).forEach((value, name) => (headers[name] = value));
        const call = { url: new URL(input instanceof Request ? input.url : String(input)), method: init?.method ?? 'GET', headers, body: typeof init?.body === 'string' ? init.body : '' };
        calls.push(call);
        const { status = 200, headers: said = {}, body } = answer(call, calls.length - 1);
        return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers: said }));
      },
      sleep: (ms) => {
        pauses.push(ms);
        return Promise.resolve();
      },
      random: () => 0,
    },
  };
}

export function typeOf(type: string, vcpu = 2, memoryGb = 4): InstanceType {
  return { type, arch: 'amd64', vcpu, memoryGb, hourlyPrice: null, currency: 'USD', priceRegion: null, priceDate: null, rank: 1, tiers: [], confidence: 'low' };
}

export function priceRequest(region: string, types: readonly InstanceType[], more: Partial<PriceRequest> = {}): PriceRequest {
  return { region, types, today: '2026-11-21', signal: new AbortController().signal, ...more };
}
