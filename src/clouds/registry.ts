import type { Cloud } from '../core/cloud.ts';
import { type Clouds, openClouds } from '../core/open-clouds.ts';
import { awsCloud } from './aws/cloud.ts';
import { azureCloud } from './azure/cloud.ts';
import { digitaloceanCloud } from './digitalocean/cloud.ts';
import { gcpCloud } from './gcp/cloud.ts';
import { hetznerCloud } from './hetzner/cloud.ts';
import { libvirtCloud } from './libvirt/cloud.ts';
import { linodeCloud } from './linode/cloud.ts';
import { localCloud } from './local/cloud.ts';

/** Every cloud there is, in the order of the contract (§1): a new one is its folder and its line here. */
const registered: readonly Cloud[] = [
  awsCloud,
  azureCloud,
  gcpCloud,
  digitaloceanCloud,
  hetznerCloud,
  linodeCloud,
  libvirtCloud,
  localCloud,
];

export const clouds: Clouds = openClouds(registered);
