import { everyCombination } from '../../support/every-combination.ts';
import { gallery, type InputChange, publicKey, stackInput, subnetId, subscription, vnetId } from './stack-inputs.ts';

export const disk = { sizeGb: 64, type: 'ssd', iops: null, throughput: null, encrypted: true } as const;
export const spot = { enabled: true, maxPrice: null, fallback: 'on-demand', timeoutMs: 300_000 } as const;
export const networkIds = { vpcId: vnetId, subnetId };
export const image = { id: 'x', name: null, owner: null, minDiskGb: 30, createdAt: null };
export const ownSubnet: InputChange = { stack: { networkIds }, azure: { subnetId } };
export const fedora: InputChange = { stack: { image: { ...image, id: `${gallery}/versions/44.1.7`, features: ['V2'] } } };
export const almalinux: InputChange = {
  stack: {
    image: { ...image, id: 'almalinux:almalinux-x86_64:9-gen2:9.6.2026111001', purchasePlan: { name: '9-gen2', product: 'almalinux-x86_64', publisher: 'almalinux' } },
  },
};

/** Image, size and disk go together. */
const machines: Readonly<Record<string, InputChange>> = {
  'trusted launch': {},
  'an image of a community gallery': fedora,
  'an image sold through the marketplace': almalinux,
  "an image of the user's own": { stack: { image: { ...image, id: `/subscriptions/${subscription}/resourceGroups/mine/providers/Microsoft.Compute/images/arch` } } },
  "a gallery of the user's own": { stack: { image: { ...image, id: `/subscriptions/${subscription}/resourceGroups/mine/providers/Microsoft.Compute/galleries/team/images/arch/versions/1.0.9` } } },
  'a shared gallery': { stack: { image: { ...image, id: '/sharedGalleries/team/images/arch/versions/1.0.9' } } },
  'arm64': { stack: { arch: 'arm64', instanceType: 'Standard_D2pls_v6' } },
  'a standard disk': { stack: { disk: { ...disk, type: 'standard' } } },
  'an ssd on a size without premium storage': { stack: { disk, instanceType: 'Standard_D2a_v4' } },
};
const markets: Readonly<Record<string, InputChange>> = { 'on demand': {}, 'spot': { stack: { spot } }, 'spot with a price': { stack: { spot: { ...spot, maxPrice: 0.0212345 } } } };
const networks: Readonly<Record<string, InputChange>> = { 'a network of its own': {}, "the user's own subnet": ownSubnet };
const zones: Readonly<Record<string, InputChange>> = { 'a zone': {}, 'no zones': { stack: { region: 'westus', zone: 'westus' } } };
const selfDestruct: InputChange = { stack: { cloudDeadline: { kind: 'self-destruct', state: 'planned' } } };
const counts: Readonly<Record<string, InputChange>> = { 'one that deletes itself': selfDestruct, 'three': { count: 3 } };
const userData: Readonly<Record<string, InputChange>> = { 'cloud-config': {}, 'no user data': { userData: '' } };

/** Every Azure stack that labtui can write, but for tags, keys and addresses. */
export const everyVariant = (): readonly (readonly [name: string, change: InputChange])[] => everyCombination(machines, markets, networks, zones, counts, userData);

/** One of each kind, and what is odd. */
export const variants: Readonly<Record<string, InputChange>> = {
  ...machines,
  ...markets,
  'it deletes itself': selfDestruct,
  ...networks,
  ...zones,
  'three machines, two ranges, another port': { count: 3, stack: { allowFrom: ['198.51.100.7/32', '203.0.113.0/24'], sshPort: 2222 } },
  "two machines in the user's own subnet": { count: 2, ...ownSubnet },
  'not encrypted, as far as Azure can': { stack: { disk: { ...disk, encrypted: false } } },
  'a key that the cloud keeps': { key: { cloudKeyName: 'team' }, stack: { cloudKeyText: publicKey } },
  'an RSA key': { key: { publicKey: `ssh-rsa ${rsaKey()} me@here` } },
  'no user data': { userData: '' },
  'large user data': { userData: `#!/bin/sh\n${'echo ${HOME}\n'.repeat(8_000)}` },
  'a distro with Ignition': { stack: { distro: { ...stackInput().stack.distro, init: 'ignition' } }, userData: '{"ignition":{"version":"3.4.0"}}' },
  'tags that look like templates': { tags: { note: '${azurerm_resource_group.lab.id} %{if true}' } },
};

/** The public half of an RSA key of 2048 bits, in OpenSSH's form. */
function rsaKey(): string {
  const part = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.alloc(256, 0xc3)]);
  return Buffer.concat([part(Buffer.from('ssh-rsa')), part(Buffer.from([1, 0, 1])), part(modulus)]).toString('base64');
}
