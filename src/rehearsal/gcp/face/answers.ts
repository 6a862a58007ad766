import type { CloudError } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { FaceResponse } from '../../face/face.ts';
import { unauthenticated } from '../model/refusals.ts';

export const answer = (body: JsonObject, status = 200, pretty = true): FaceResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=UTF-8', vary: 'Origin, X-Origin, Referer' },
  body: pretty ? JSON.stringify(body, null, 2) : JSON.stringify(body),
});

const limits = ['rateLimitExceeded', 'quotaExceeded', 'QUOTA_EXCEEDED'];

/** An error in the form of the Compute API: `{ error: { code, message, errors: [{ message, domain, reason }] } }`. */
export function refused(given: CloudError): FaceResponse {
  // A token that cannot be renewed is one that the API does not take.
  const error = given.code === 'invalid_grant' ? unauthenticated() : given;
  const login = error.status === 401;
  const entry: JsonObject = {
    message: login ? 'Invalid Credentials' : error.message,
    domain: limits.includes(error.code) ? 'usageLimits' : 'global',
    reason: error.code,
    ...(login ? { location: 'Authorization', locationType: 'header' } : {}),
  };
  const details: JsonObject = error.details.violations === undefined ? {} : { details: [{ '@type': 'type.googleapis.com/google.rpc.PreconditionFailure', violations: error.details.violations }] };
  const status: JsonObject = login ? { status: 'UNAUTHENTICATED' } : {};
  return answer({ error: { code: error.status, message: error.message, errors: [entry], ...status, ...details } }, error.status);
}

/** An error of the token endpoint (RFC 6749 §5.2). */
export const tokenRefused = (error: CloudError): FaceResponse =>
  answer({ error: 'invalid_grant', error_description: error.message, error_subtype: 'invalid_rapt', error_uri: 'https://support.google.com/a/answer/9368756' }, 400);
