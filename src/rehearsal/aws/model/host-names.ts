import type { SimResource } from '../../engine/resource.ts';
import { type Ec2View, find } from './ec2.ts';
import { flag, text } from './props.ts';
import { privateDomain, publicDomain } from './regions.ts';

/** `ip-10-0-0-4.eu-north-1.compute.internal` */
export function privateHostName(region: string, address: string): string {
  return `ip-${address.replaceAll('.', '-')}.${privateDomain(region)}`;
}

/** `ec2-198-18-0-4.eu-north-1.compute.amazonaws.com`, where the VPC has DNS host names; else ''. */
export function publicHostName(ec2: Ec2View, instance: SimResource): string {
  const vpc = find(ec2, 'vpc', text(instance, 'vpcId'));
  const address = instance.machine?.publicIp ?? null;
  return vpc === null || address === null || !flag(vpc, 'enableDnsHostnames') ? '' : publicHostNameOf(ec2.region, address);
}

export function publicHostNameOf(region: string, address: string): string {
  return `ec2-${address.replaceAll('.', '-')}.${publicDomain(region)}`;
}
