import type { ImageCloud } from './distro.ts';

/**
 * The login user of an image on a cloud, where its metadata names none: root where the cloud puts the key of root in place
 * (DigitalOcean, Hetzner, Linode), any name where the cloud creates the user itself (Azure, GCP: null), else the image's own.
 */
export function loginUserOn(cloud: ImageCloud, imageUser: string): string | null {
  switch (cloud) {
    case 'digitalocean':
    case 'hetzner':
    case 'linode':
      return 'root';
    case 'azure':
    case 'gcp':
      return null;
    case 'aws':
    case 'local':
      return imageUser;
  }
}
