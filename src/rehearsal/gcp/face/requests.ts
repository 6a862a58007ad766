import type { JsonObject } from '../../engine/json.ts';
import type { FaceContext, FaceRequest } from '../../face/face.ts';
import { CloudError } from '../../engine/cloud-error.ts';

/** A request to the Compute API, taken apart: `projects/{project}/{rest}`. */
export interface ComputeRequest {
  readonly method: string;
  readonly project: string;
  /** `['zones', 'us-central1-a', 'instances', 'n']` */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  readonly context: FaceContext;
}

const prefix = /^(?:\/compute)?\/(?:v1|beta|alpha)\/projects\/([^/]+)(?:\/(.*))?$/;
const computePrefix = /^\/compute\/(?:v1|beta|alpha)\//;

export const isCompute = (path: string): boolean => computePrefix.test(path);

/** null: the path is none of the Compute API's. Refuses a body that is not a JSON object. */
export function readComputeRequest(request: FaceRequest, context: FaceContext): ComputeRequest | null {
  const match = prefix.exec(request.path);
  if (match?.[1] === undefined) return null;
  const rest = (match[2] ?? '').split('/').filter((part) => part !== '').map(decodeURIComponent);
  return { method: request.method, project: decodeURIComponent(match[1]), rest, query: request.query, body: bodyOf(request.body), context };
}

function bodyOf(text: string): JsonObject {
  if (text.trim() === '') return {};
  const parsed = parse(text);
  if (!isObject(parsed)) throw new CloudError('parseError', 'Parse Error');
  return parsed;
}

/** JSON.parse gives nothing but what JsonObject describes. */
const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CloudError('parseError', 'Parse Error');
  }
}
