import type { SimResource } from '../../engine/resource.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { accountId, ec2Arn } from '../model/account.ts';
import { type Ec2View, find } from '../model/ec2.ts';
import { text as prop } from '../model/props.ts';
import { associateRouteTable, createRoute, createRouteTable, deleteRoute, deleteRouteTable, disassociateRouteTable, routesOf, tableOfAssociation } from '../model/route-tables.ts';
import { askEc2 } from './ask-ec2.ts';
import { text } from '../../../plugin/attributes.ts';
import { blocks, isKnown } from './attributes.ts';
import { sdkResource } from './sdk-resource.ts';
import { allTags, tagAttributes } from './tagging.ts';

const targets = ['carrier_gateway_id', 'core_network_arn', 'egress_only_gateway_id', 'local_gateway_id', 'nat_gateway_id', 'transit_gateway_id', 'vpc_endpoint_id', 'vpc_peering_connection_id'];

export const routeTableBehaviour: ResourceBehaviour = sdkResource({
  type: 'aws_route_table',
  label: 'EC2 Route Table',
  tagged: true,
  replacedBy: ['vpc_id'],
  createOperation: 'CreateRouteTable',
  create: (ec2, planned, context) => createRouteTable(ec2, { vpcId: text(planned, 'vpc_id') ?? '', tags: allTags(context, planned) }).id,
  settle: (context, id, prior, planned) => setRoutes(context, id, prior, planned),
  readOperation: 'DescribeRouteTables',
  state: (ec2, id, prior, context) => {
    const table = find(ec2, 'route-table', id);
    return table === null ? null : { ...tableAttributes(ec2, table), ...tagAttributes(context, table, prior), timeouts: prior.timeouts ?? null };
  },
  deleteOperation: 'DeleteRouteTable',
  delete: (ec2, id) => deleteRouteTable(ec2, id),
  goneCodes: ['InvalidRouteTableID.NotFound'],
});

function destinationOf(route: Attributes): string {
  return text(route, 'cidr_block') ?? text(route, 'ipv6_cidr_block') ?? text(route, 'destination_prefix_list_id') ?? '';
}

async function setRoutes(context: ProviderContext, id: string, prior: Attributes | null, planned: Attributes): Promise<void> {
  if (!isKnown(planned.route)) return;
  const key = (route: Attributes) => [destinationOf(route), text(route, 'gateway_id'), text(route, 'network_interface_id')].join(' ');
  const before = new Map(blocks(prior ?? {}, 'route').map((route) => [key(route), route]));
  const after = new Map(blocks(planned, 'route').map((route) => [key(route), route]));
  for (const [each, route] of before) {
    if (!after.has(each)) await askEc2(context, 'DeleteRoute', { target: id }, (ec2) => deleteRoute(ec2, id, destinationOf(route)));
  }
  for (const [each, route] of after) {
    if (before.has(each)) continue;
    const target = { gatewayId: text(route, 'gateway_id'), networkInterfaceId: text(route, 'network_interface_id') };
    await askEc2(context, 'CreateRoute', { target: id }, (ec2) => createRoute(ec2, { routeTableId: id, destination: destinationOf(route), ...target }));
  }
}

function tableAttributes(ec2: Ec2View, table: SimResource): Attributes {
  const routes = routesOf(ec2, table).filter(({ gatewayId }) => gatewayId !== 'local');
  return {
    arn: ec2Arn(ec2.region, 'route-table', table.id),
    id: table.id,
    owner_id: accountId,
    propagating_vgws: [],
    route: routes.map(({ destination, gatewayId, networkInterfaceId }) => ({
      ...Object.fromEntries(targets.map((name) => [name, ''])),
      cidr_block: destination.includes(':') || destination.startsWith('pl-') ? '' : destination,
      ipv6_cidr_block: destination.includes(':') ? destination : '',
      destination_prefix_list_id: destination.startsWith('pl-') ? destination : '',
      gateway_id: gatewayId ?? '',
      network_interface_id: networkInterfaceId ?? '',
    })),
    vpc_id: prop(table, 'vpcId'),
  };
}

export const routeTableAssociationBehaviour: ResourceBehaviour = sdkResource({
  type: 'aws_route_table_association',
  label: 'EC2 Route Table Association',
  tagged: false,
  createOperation: 'AssociateRouteTable',
  create: (ec2, planned) => associateRouteTable(ec2, text(planned, 'route_table_id') ?? '', text(planned, 'subnet_id') ?? ''),
  readOperation: 'DescribeRouteTables',
  state: (ec2, id, prior) => {
    const found = tableOfAssociation(ec2, id);
    return found === null ? null : { gateway_id: '', id, route_table_id: found.table.id, subnet_id: found.association.subnetId ?? '', timeouts: prior.timeouts ?? null };
  },
  deleteOperation: 'DisassociateRouteTable',
  delete: (ec2, id) => disassociateRouteTable(ec2, id),
  goneCodes: ['InvalidAssociationID.NotFound'],
});
