import { CloudError } from '../../engine/cloud-error.ts';
import type { Face, FaceContext, FaceRequest, FaceResponse } from '../../face/face.ts';
import { refused } from './answers.ts';
import { answerCompute } from './compute.ts';
import { answerBilling, isBilling } from './billing.ts';
import { answerIdentity, isIdentity } from './identity.ts';
import { isCompute, readComputeRequest } from './requests.ts';

/** Google Cloud over HTTP: Compute REST (v1; beta and alpha answer the same), and what a client asks about itself and about prices. */
export const gcpFace: Face = {
  cloud: 'gcp',
  speaks: ({ path }) => isCompute(path) || isIdentity(path) || isBilling(path),
  async answer(request, context) {
    try {
      if (isBilling(request.path)) return await answerBilling(request, context);
      return await (isCompute(request.path) ? compute(request, context) : answerIdentity(request, context));
    } catch (error) {
      if (error instanceof CloudError) return refused(error);
      throw error;
    }
  },
};

async function compute(request: FaceRequest, context: FaceContext): Promise<FaceResponse> {
  if (request.headers.authorization === undefined && request.query.get('access_token') === null) throw noToken();
  const read = readComputeRequest(request, context);
  if (read === null) throw new CloudError('notFound', 'Not Found', { status: 404 });
  return answerCompute(read);
}

const noToken = (): CloudError =>
  new CloudError(
    'required',
    'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    { status: 401 },
  );
