import type { CloudId } from '../../core/clouds.ts';
import type { Caller } from '../engine/call.ts';
import type { World } from '../engine/world.ts';

export interface FaceRequest {
  readonly method: string;
  /** Without the query, percent-decoded where it matters to the dialect only. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `http://127.0.0.1:4566`, as the client called it: for absolute links in answers. */
  readonly origin: string;
}

export interface FaceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FaceContext {
  readonly world: World;
  readonly caller: Caller;
}

/** A cloud's HTTP API as a dialect over the engine. */
export interface Face {
  readonly cloud: CloudId;
  /** Whether a request is in this cloud's dialect: all of them share one port. */
  speaks(request: FaceRequest): boolean;
  /** Answers, errors of the cloud included. Rejects with ConnectionLost where the connection is to break. */
  answer(request: FaceRequest, context: FaceContext): Promise<FaceResponse>;
}
