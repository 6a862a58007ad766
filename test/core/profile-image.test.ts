import { describe, expect, it } from 'vitest';
import { profileSchema } from '../support/profile-schema.ts';

const subscription = '/subscriptions/11111111-2222-4333-8444-555555555555';
const imageOf = (image: unknown) => {
  const parsed = profileSchema.safeParse({ distro: 'fedora@44', cloud: 'azure', image });
  return parsed.success ? parsed.data.image : 'refused';
};

describe('an image that a profile names', () => {
  it.each([
    'ami-0123456789abcdef0',
    'Debian:debian-12:12-gen2:0.20261110.2298',
    'projects/debian-cloud/global/images/debian-12-bookworm-v20261110',
    '/communityGalleries/Fedora-5e266ba4-2250-406d-adad-5d73860d958f/images/Fedora-Cloud-44-x64/versions/latest',
    '/sharedGalleries/team/images/arch',
    `${subscription}/resourceGroups/team_(images)/providers/Microsoft.Compute/images/arch`,
    `${subscription}/resourceGroups/${'g'.repeat(90)}/providers/Microsoft.Compute/galleries/${'a'.repeat(80)}/images/${'i'.repeat(80)}/versions/1.2.3`,
  ])('is %s, as the cloud writes it', (image) => {
    expect(imageOf(image)).toBe(image);
    expect(imageOf({ azure: image })).toEqual({ azure: image });
  });

  it.each(['/etc/passwd', '../image.qcow2', '/subscriptions', '/subscriptions/$(id)', '/communityGalleries/a b', "/sharedGalleries/x';reboot", ''])('is not %s', (image) => {
    expect(imageOf(image)).toBe('refused');
  });
});
