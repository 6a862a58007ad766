import { CloudError, ConnectionLost } from '../../engine/cloud-error.ts';
import type { ProviderBehaviour, ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { addressResource } from './address-resource.ts';
import { attachedDiskResource } from './attached-disk-resource.ts';
import { diskResource } from './disk-resource.ts';
import { providerError } from './errors.ts';
import { firewallResource } from './firewall-resource.ts';
import { instanceResource } from './instance-resource.ts';
import { networkResource } from './network-resource.ts';
import { type Environment, providerSettings } from './provider-settings.ts';
import { subnetworkResource } from './subnetwork-resource.ts';

const noCredentials =
  "Attempted to load application default credentials since neither `credentials` nor `access_token` was set in the provider block.  No credentials loaded. To use your gcloud credentials, run 'gcloud auth application-default login'";

/** The schema has these too; nothing in a lab needs them. */
const notRehearsed = ['google_compute_router', 'google_compute_router_nat', 'google_service_account', 'google_project_service', 'google_compute_resource_policy'] as const;

/** `hashicorp/google`, stood in for. `environment` gives the defaults for project, region and zone. */
export function createGoogleProvider(environment: Environment): ProviderBehaviour {
  const settings = providerSettings(environment);
  return {
    name: 'google',
    cloud: 'gcp',
    resources: [
      networkResource(settings),
      subnetworkResource(settings),
      firewallResource(settings),
      addressResource(settings),
      instanceResource(settings),
      diskResource(settings),
      attachedDiskResource(settings),
      ...notRehearsed.map(refused),
    ],
    configure,
  };
}

export const googleProvider: ProviderBehaviour = createGoogleProvider(process.env);

/** A rehearsal always has credentials, unless a fault says otherwise: the provider asks for a token before anything else. */
async function configure({ world, caller }: ProviderContext): Promise<void> {
  try {
    await world.call({ cloud: 'gcp', operation: 'oauth2.token', verb: 'identity', subject: 'account', caller }, () => undefined);
  } catch (error) {
    if (error instanceof CloudError) throw providerError(`${noCredentials}\nOriginal error: google: could not find default credentials. See https://cloud.google.com/docs/authentication/external/set-up-adc for more information`, error);
    if (error instanceof ConnectionLost) return; // The real one only logs that it could not learn who it is.
    throw error;
  }
}

function refused(type: string): ResourceBehaviour {
  const summary = `${type} is not part of a rehearsal: the simulated Google Cloud has no such resource.`;
  const refuse = () => Promise.reject(providerError(summary));
  return { type, validate: () => [{ severity: 'error', summary }], create: refuse, read: refuse, update: refuse, delete: refuse };
}
