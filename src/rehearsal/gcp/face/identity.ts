import { CloudError } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { FaceContext, FaceRequest, FaceResponse } from '../../face/face.ts';
import { projectNumber } from '../model/numeric-id.ts';
import { requireProject } from '../model/places.ts';
import { answer, refused, tokenRefused } from './answers.ts';

// Who am I, as far as a client asks: the token endpoint (`oauth2.googleapis.com/token`), `tokeninfo`, `userinfo`, and
// Cloud Resource Manager's `projects.get` and `testIamPermissions`. Every token, key and refresh token is taken; the
// caller is always the same, and every well-formed project is theirs.

const email = 'rehearsal@labtui.invalid';
const subject = '100000000000000000001';
const scope = 'https://www.googleapis.com/auth/cloud-platform openid https://www.googleapis.com/auth/userinfo.email';
const validSeconds = 3599;

const tokenPath = /^\/(?:token|oauth2\/v4\/token|o\/oauth2\/token)$/;
const infoPath = /^(?:\/oauth2\/v[1-3])?\/tokeninfo$/;
const userPath = /^\/(?:oauth2\/v[1-3]|v1)\/userinfo$/;
const projectPath = /^\/(v1|v3)\/projects\/([^/:]+)(?::(testIamPermissions))?$/;

export const isIdentity = (path: string): boolean => [tokenPath, infoPath, userPath, projectPath].some((pattern) => pattern.test(path));

/** Answers a question about the caller. */
export async function answerIdentity(request: FaceRequest, context: FaceContext): Promise<FaceResponse> {
  const asks = tokenPath.test(request.path);
  try {
    return answer(await identity(request, context));
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return asks && error.code === 'invalid_grant' ? tokenRefused(error) : asks && error.code === 'unsupported_grant_type' ? answer({ error: error.code, error_description: error.message }, 400) : refused(error);
  }
}

function identity(request: FaceRequest, { world, caller }: FaceContext): Promise<JsonObject> {
  const ask = (operation: string, work: () => JsonObject): Promise<JsonObject> =>
    world.call({ cloud: 'gcp', operation, verb: 'identity', subject: 'account', caller }, work);
  const { path } = request;
  if (tokenPath.test(path)) return ask('oauth2.token', () => token(request.body));
  const exp = Math.floor(world.now() / 1000) + validSeconds;
  if (infoPath.test(path)) {
    return ask('oauth2.tokeninfo', () => ({ azp: subject, aud: subject, sub: subject, scope, exp: String(exp), expires_in: String(validSeconds), email, email_verified: 'true', access_type: 'offline' }));
  }
  if (userPath.test(path)) return ask('oauth2.userinfo', () => ({ id: subject, sub: subject, email, verified_email: true, email_verified: true }));
  const [, version = '', project = '', action] = projectPath.exec(path) ?? [];
  if (action !== undefined) return ask('cloudresourcemanager.projects.testIamPermissions', () => ({ permissions: permissions(request.body) }));
  return ask('cloudresourcemanager.projects.get', (): JsonObject => {
    requireProject(project);
    const createTime = '2026-01-01T00:00:00.000Z';
    return version === 'v1'
      ? { projectNumber: projectNumber(project), projectId: project, lifecycleState: 'ACTIVE', name: project, createTime }
      : { name: `projects/${projectNumber(project)}`, projectId: project, state: 'ACTIVE', displayName: project, createTime, etag: 'W/"rehearsal"' };
  });
}

const grants = ['refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'];

function token(body: string): JsonObject {
  const grant = new URLSearchParams(body).get('grant_type') ?? /"grant_type"\s*:\s*"([^"]+)"/.exec(body)?.[1] ?? '';
  if (!grants.includes(grant)) throw new CloudError('unsupported_grant_type', `Invalid grant_type: ${grant}`);
  return { access_token: 'ya29.rehearsal', expires_in: validSeconds, scope, token_type: 'Bearer' };
}

function permissions(body: string): readonly string[] {
  return [...body.matchAll(/"([a-zA-Z]+\.[a-zA-Z.]+)"/g)].map(([, permission]) => permission ?? '');
}
