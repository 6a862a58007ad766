import { CloudError } from '../../engine/cloud-error.ts';
import type { Face, FaceContext, FaceRequest, FaceResponse } from '../../face/face.ts';
import { refused } from '../model/refuse.ts';
import { refusal } from './answer.ts';
import { type Route, routes } from './routes.ts';

// Some clients put two slashes after the host.
function pathOf({ path }: FaceRequest): string {
  return path.replaceAll(/\/{2,}/g, '/');
}

function isOurs(path: string): boolean {
  return (
    /^\/(?:subscriptions|tenants|metadata\/endpoints|bootdiagnostics-simulated|api\/retail\/prices)(?:\/|$)/i.test(path) ||
    /^\/[^/]+\/(?:oauth2\/(?:v2\.0\/)?token|discovery\/instance|v2\.0\/\.well-known\/openid-configuration)$/i.test(path)
  );
}

/** Azure Resource Manager, its metadata and its login, over the simulated world. */
export const azureFace: Face = {
  cloud: 'azure',
  speaks: (request) => isOurs(pathOf(request)),
  async answer(given, context) {
    const request = { ...given, path: pathOf(given) };
    try {
      return await answered(request, context);
    } catch (error) {
      if (error instanceof CloudError) return withRequestId(refusal(error));
      throw error;
    }
  },
};

async function answered(request: FaceRequest, context: FaceContext): Promise<FaceResponse> {
  const method = request.method.toUpperCase();
  for (const route of routes) {
    if (route.method !== null && route.method !== method) continue;
    const match = route.path.exec(request.path);
    if (match === null) continue;
    checkDoor(route, request);
    const names: Record<string, string> = {};
    for (const [name, value] of Object.entries(match.groups ?? {})) if (typeof value === 'string') names[name] = decodeURIComponent(value);
    return withRequestId(await route.handler({ request, context, names }));
  }
  throw refused(404, 'InvalidResourceType', `The path '${request.path}' is not part of this rehearsal for ${method}.`);
}

function checkDoor({ open }: Route, { headers, query }: FaceRequest): void {
  if (open === true) return;
  if (!/^Bearer \S/i.test(headers.authorization ?? '')) {
    throw refused(401, 'AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.");
  }
  if ((query.get('api-version') ?? '') === '') throw refused(400, 'MissingApiVersionParameter', 'The api-version query parameter (?api-version=) is required for all requests.');
}

function withRequestId(response: FaceResponse): FaceResponse {
  return { ...response, headers: { 'x-ms-request-id': 'simulated', 'x-ms-correlation-request-id': 'simulated', 'cache-control': 'no-cache', ...response.headers } };
}
