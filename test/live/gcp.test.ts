import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { liveLab } from './live-lab.ts';

liveLab({
  cloud: 'gcp',
  title: 'Google Cloud',
  // Debian's own image on Google Cloud has no cloud-init.
  distro: 'ubuntu@24.04',
  cost: 'one e2-medium, a 20 GB balanced disk and a public address for some minutes: under 0.02 USD',
  variables: /^(?:GOOGLE_|GCLOUD_|CLOUDSDK_|GCE_METADATA_)/,
  configuration: (home) => {
    const gcloud = process.env.CLOUDSDK_CONFIG ?? join(home, '.config/gcloud');
    const signedIn = join(gcloud, 'application_default_credentials.json');
    // The provider looks for gcloud's file in the home only, which here is another one.
    return { CLOUDSDK_CONFIG: gcloud, ...(existsSync(signedIn) ? { GOOGLE_APPLICATION_CREDENTIALS: signedIn } : {}) };
  },
});
