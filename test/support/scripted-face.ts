import type { CloudId } from '../../src/core/clouds.ts';
import type { Face, FaceRequest, FaceResponse } from '../../src/rehearsal/face/face.ts';

/** Answers by `METHOD /path`, asked before any simulated cloud: what those do not say by themselves. */
export type Script = Map<string, (request: FaceRequest) => { readonly status?: number; readonly body: object | string }>;

export function scriptedFace(cloud: CloudId, script: Script): Face {
  const answerTo = ({ method, path }: FaceRequest) => script.get(`${method} ${path}`);
  return {
    cloud,
    speaks: (request) => answerTo(request) !== undefined,
    answer: (request): Promise<FaceResponse> => {
      const { status = 200, body } = answerTo(request)?.(request) ?? { status: 500, body: 'no answer' };
      const isText = typeof body === 'string';
      return Promise.resolve({
        status,
        headers: { 'content-type': isText ? 'text/plain' : 'application/json', 'metadata-flavor': 'Google' },
        body: isText ? body : JSON.stringify(body),
      });
    },
  };
}
