import { createInternetGateway, attachInternetGateway } from './internet-gateways.ts';
import { add, type Ec2 } from './ec2.ts';
import { privateDomain, zonesOf } from './regions.ts';
import { createRoute } from './route-tables.ts';
import { createSubnet } from './subnets.ts';
import { createVpc, partsOf } from './vpcs.ts';

/**
 * What every account has in a region from the beginning, made at the first call there: DHCP options, and the default VPC
 * with a subnet in each zone, reaching the world. Once only: a default VPC that was deleted stays away.
 */
export function settleRegion(ec2: Ec2): void {
  const { tx, region } = ec2;
  const id = `region:${region}`;
  if (tx.get('aws', id) !== null) return;
  const zones = zonesOf(tx.catalogue, region);
  tx.put({ cloud: 'aws', kind: 'region', id, name: region, region, zone: null, tags: {}, createdAtMs: tx.nowMs, props: {} });
  add(ec2, 'dhcp-options', { props: { domainName: privateDomain(region), domainNameServers: 'AmazonProvidedDNS' } });
  const vpc = createVpc(ec2, { cidrBlock: '172.31.0.0/16', isDefault: true });
  const gateway = createInternetGateway(ec2);
  attachInternetGateway(ec2, gateway.id, vpc.id);
  const { mainRouteTable } = partsOf(ec2, vpc.id);
  if (mainRouteTable !== null) createRoute(ec2, { routeTableId: mainRouteTable.id, destination: '0.0.0.0/0', gatewayId: gateway.id });
  zones.forEach((zone, index) => {
    createSubnet(ec2, { vpcId: vpc.id, cidrBlock: `172.31.${index * 16}.0/20`, availabilityZone: zone.name, isDefault: true });
  });
}
