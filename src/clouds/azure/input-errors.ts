import type { ErrorRule } from '../error-rules.ts';
import { firstSentence } from './error-text.ts';

const sizes = 'types of this cloud: labtui sizes --cloud azure';

/** Rows of the Azure error table for images and for what does not go together. */
export const inputRules: readonly ErrorRule[] = [
  {
    codes: ['PlatformImageNotFound', 'GalleryImageNotFound', 'ImageNotFound', 'ArtifactNotFound'],
    kind: 'image',
    summary: ({ text }) => `the image ${imageIn(text)} does not exist in this region`.replace('  ', ' '),
    hint: "leave out --image to look the distro's newest up, or another region (--region)",
    retryable: false,
  },
  {
    codes: ['VMMarketplaceInvalidInput'],
    kind: 'image',
    summary: 'the image is sold under a plan that the machine does not name',
    hint: "leave out --image to look the distro's newest up with its plan",
    retryable: false,
  },
  {
    pattern: /cannot boot Hypervisor Generation '?(\d)/,
    kind: 'image',
    summary: ({ text }) => `this size does not start an image of generation ${/Hypervisor Generation '?(\d)/.exec(text)?.[1] ?? '1'}`,
    hint: `another --image (of the other generation), or another --instance-type; ${sizes}`,
    retryable: false,
  },
  {
    pattern: /only supports? a CPU Architecture of '?(\w+)/i,
    kind: 'invalid-input',
    summary: ({ text }) => {
      const [, size, image] = /CPU Architecture of '(\w+)'[^']*CPU Architecture '(\w+)'/i.exec(text) ?? [];
      return size === undefined || image === undefined ? 'size and image are of different architectures' : `the size is ${size}, the image ${image}`;
    },
    hint: `--arch, another --image or another --instance-type; ${sizes}`,
    retryable: false,
  },
  {
    pattern: /TrustedLaunch[^.]*not supported|not supported[^.]*TrustedLaunch/,
    kind: 'invalid-input',
    summary: 'size and image do not go together: one of them knows no trusted launch',
    hint: `another --instance-type or --image; ${sizes}`,
    retryable: false,
  },
  {
    pattern: /disk size \d+ GB is smaller than the size of the corresponding disk in the VM image/,
    kind: 'invalid-input',
    summary: ({ text }) => `the disk is smaller than the image${leastGbIn(text) === null ? '' : ` (${leastGbIn(text) ?? ''} GB)`}`,
    hint: ({ text }) => `--disk ${leastGbIn(text) ?? '64'}   or more`,
    retryable: false,
  },
  {
    pattern: /Admin Username specified is not allowed|"admin_username" specified is not allowed/,
    kind: 'invalid-input',
    summary: 'Azure creates no login user of that name: it is reserved there',
    hint: '--set ssh.user=lab',
    retryable: false,
  },
  {
    pattern: /provided for the VM size is not valid|VM size '?[\w-]+'? (?:is not|does not)/,
    kind: 'invalid-input',
    summary: ({ text }) => `Azure does not offer ${/(Standard_[\w-]+|Basic_[\w-]+)/.exec(text)?.[1] ?? 'this size'} in this region`,
    hint: `another region (--region) or type (--instance-type); ${sizes}`,
    retryable: false,
  },
  {
    codes: ['LocationNotAvailableForResourceGroup', 'LocationNotAvailableForResourceType', 'InvalidResourceLocation', 'NoRegisteredProviderFound'],
    kind: 'invalid-input',
    summary: ({ message }) => `the subscription cannot use this region: ${firstSentence(message)}`,
    hint: 'another region (--region); those there are: az account list-locations --output table',
    retryable: false,
  },
];

/** Rows for codes that say little: for what no other code in the same text explains better. */
export const generalRules: readonly ErrorRule[] = [
  {
    codes: ['InvalidParameter', 'InvalidRequestFormat', 'InvalidRequestContent', 'InvalidResourceName', 'InvalidResourceReference', 'InvalidTagNameCharacters', 'PropertyChangeNotAllowed', 'OperationNotAllowed', 'NotSupported', 'BadRequest'],
    kind: 'invalid-input',
    summary: ({ message }) => `Azure refuses the combination: ${firstSentence(message)}`,
    hint: `another --instance-type, --image or --arch; ${sizes}`,
    retryable: false,
  },
];

function imageIn(text: string): string {
  return /platform image '([^']+)'/.exec(text)?.[1] ?? /gallery image (\/\S+)/.exec(text)?.[1] ?? /VM Image ([^:]*?:?\S+)/.exec(text)?.[1] ?? '';
}

function leastGbIn(text: string): string | null {
  return /in the VM image: (\d+) GB/.exec(text)?.[1] ?? null;
}
