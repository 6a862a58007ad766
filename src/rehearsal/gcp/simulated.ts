import type { SimulatedCloud } from '../simulated-cloud.ts';
import { gcpModel } from './model/gcp-model.ts';

// compute/docs/regions-zones of Google's documentation: three zones a region, of which a few lack the letter a.
const letters: Readonly<Record<string, readonly string[]>> = {
  'us-central1': ['a', 'b', 'c', 'f'],
  'us-east1': ['b', 'c', 'd'],
  'europe-west1': ['b', 'c', 'd'],
};

/** Every well-formed project exists there; this is the one that rehearsals use. */
const project = 'labtui-rehearsal';

export const simulatedGcp: SimulatedCloud = {
  id: 'gcp',
  model: gcpModel,
  offer: {
    zonesOf: (region) => (letters[region] ?? ['a', 'b', 'c']).map((letter) => `${region}-${letter}`),
    rootDiskGb: { usual: 10, large: 20 },
  },
  loadFace: async () => (await import('./face/gcp-face.ts')).gcpFace,
  provider: {
    name: 'google',
    version: '6.50.0',
    loadSchema: async () => (await import('../schemas/google.json', { with: { type: 'json' } })).default,
    load: async () => (await import('./terraform/google-provider.ts')).googleProvider,
  },
  // gcloud's, then those of Terraform's hashicorp/google.
  toolEnvironment: ({ http }) => ({
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${http}/compute/v1/`,
    CLOUDSDK_AUTH_ACCESS_TOKEN: 'simulated',
    CLOUDSDK_CORE_PROJECT: project,
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `${http}/compute/v1/`,
    GOOGLE_OAUTH_ACCESS_TOKEN: 'simulated',
    GOOGLE_PROJECT: project,
  }),
  demoRegion: 'europe-north1',
  dataSource: { name: 'gce', detail: 'DataSourceGCELocal' },
};
