import { type CloudFacts, type CloudId, cloudIds } from '../core/clouds.ts';
import { awsFacts } from './aws/facts.ts';
import { azureFacts } from './azure/facts.ts';
import { digitaloceanFacts } from './digitalocean/facts.ts';
import { gcpFacts } from './gcp/facts.ts';
import { hetznerFacts } from './hetzner/facts.ts';
import { libvirtFacts } from './libvirt/facts.ts';
import { linodeFacts } from './linode/facts.ts';
import { localFacts } from './local/facts.ts';

const byId: Readonly<Record<CloudId, CloudFacts>> = {
  aws: awsFacts,
  azure: azureFacts,
  gcp: gcpFacts,
  digitalocean: digitaloceanFacts,
  hetzner: hetznerFacts,
  linode: linodeFacts,
  libvirt: libvirtFacts,
  local: localFacts,
};

/** Everything known about a cloud without asking it. */
export function factsOf(cloud: CloudId): CloudFacts {
  return byId[cloud];
}

/** The facts of every cloud, in the order of the contract. */
export const allFacts: readonly CloudFacts[] = cloudIds.map(factsOf);
