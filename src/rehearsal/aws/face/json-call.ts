import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { CloudError } from '../../engine/cloud-error.ts';
import type { FaceRequest, FaceResponse } from '../../face/face.ts';

/** A call of AWS JSON 1.1: one target, one object. */
export interface JsonCall {
  /** `ServiceQuotasV20190624.GetServiceQuota` */
  readonly target: string;
  /** From the scope of the request's signature. */
  readonly region: string;
  readonly isSigned: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

const object = z.record(z.string(), z.unknown());

export function isJsonCall({ method, headers }: FaceRequest): boolean {
  return method === 'POST' && headers['x-amz-target'] !== undefined;
}

/** The call in a request. Throws AWS's own refusal for a body that is no JSON object. */
export function readJsonCall({ headers, body }: FaceRequest): JsonCall {
  const target = headers['x-amz-target'] ?? '';
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const [, , region = 'us-east-1'] = credential.split('/');
  return { target, region, isSigned: credential !== '', body: parsed(body) };
}

function parsed(body: string): JsonCall['body'] {
  try {
    return object.parse(JSON.parse(body === '' ? '{}' : body));
  } catch {
    throw new CloudError('SerializationException', 'The request body is no JSON object.');
  }
}

const headers = () => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });

export function jsonAnswer(content: object): FaceResponse {
  return { status: 200, headers: headers(), body: JSON.stringify(content) };
}

export function jsonError({ code, message, status }: CloudError): FaceResponse {
  return { status, headers: headers(), body: JSON.stringify({ __type: code, message }) };
}
