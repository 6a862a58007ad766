import { expect, it } from 'vitest';
import { simulatedGcp } from '../../../src/rehearsal/gcp/simulated.ts';

it("names what gcloud and Terraform's google provider take to talk to the simulated Compute Engine", () => {
  const given = simulatedGcp.toolEnvironment({ http: 'http://127.0.0.1:4580', https: 'https://127.0.0.1:4581', bundleFile: '/tmp/ca.pem' });
  // The provider wants a path and a slash at its end.
  expect(given).toMatchObject({ GOOGLE_COMPUTE_CUSTOM_ENDPOINT: 'http://127.0.0.1:4580/compute/v1/', GOOGLE_OAUTH_ACCESS_TOKEN: 'simulated', GOOGLE_PROJECT: 'labtui-rehearsal' });
  expect(given).toMatchObject({ CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: 'http://127.0.0.1:4580/compute/v1/', CLOUDSDK_AUTH_ACCESS_TOKEN: 'simulated', CLOUDSDK_CORE_PROJECT: 'labtui-rehearsal' });
});
