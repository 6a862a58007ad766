import { awsFace } from './aws/face/aws-face.ts';
import { azureFace } from './azure/face/azure-face.ts';
import type { Face } from './face/face.ts';
import { gcpFace } from './gcp/face/gcp-face.ts';

/** The HTTP APIs of every simulated cloud. */
export const faces: readonly Face[] = [awsFace, gcpFace, azureFace];
