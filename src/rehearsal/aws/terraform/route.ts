import { type Attributes, ProviderError, type Value } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { type Ec2View, find } from '../model/ec2.ts';
import { createRoute, deleteRoute, type NewRoute, replaceRoute, type Route, routesOf } from '../model/route-tables.ts';
import { askEc2, hasCode, pause } from './ask-ec2.ts';
import { text } from '../../../plugin/attributes.ts';
import { explained, saying } from './failures.ts';
import { stringHash } from './go-hash.ts';

const destinations = ['destination_cidr_block', 'destination_ipv6_cidr_block', 'destination_prefix_list_id'] as const;
const otherTargets = [
  'carrier_gateway_id',
  'core_network_arn',
  'egress_only_gateway_id',
  'local_gateway_id',
  'nat_gateway_id',
  'transit_gateway_id',
  'vpc_endpoint_id',
  'vpc_peering_connection_id',
] as const;

export const routeBehaviour: ResourceBehaviour = {
  type: 'aws_route',
  replacedBy: ['route_table_id', 'destination_ipv6_cidr_block', 'destination_prefix_list_id'],
  create: async (planned, context) => {
    const route = routeOf(planned);
    const what = `creating Route in Route Table (${route.routeTableId}) with destination (${route.destination})`;
    await saying(what, () => askEc2(context, 'CreateRoute', about(route), (ec2) => createRoute(ec2, route)));
    return (await readSoon(planned, context)) ?? planned;
  },
  read: async (prior, context) => readSoon(prior, context),
  update: async (_prior, planned, context) => {
    const route = routeOf(planned);
    const what = `updating Route in Route Table (${route.routeTableId}) with destination (${route.destination})`;
    await saying(what, () => askEc2(context, 'ReplaceRoute', about(route), (ec2) => replaceRoute(ec2, route)));
    return (await readSoon(planned, context)) ?? planned;
  },
  delete: async (prior, context) => {
    const { routeTableId, destination } = routeOf(prior);
    try {
      await askEc2(context, 'DeleteRoute', { target: routeTableId, params: { destination } }, (ec2) => deleteRoute(ec2, routeTableId, destination));
      await pause(context, 1_000, 'DescribeRouteTables');
    } catch (error) {
      if (hasCode(error, 'InvalidRoute.NotFound', 'InvalidRouteTableID.NotFound')) return;
      throw explained(`deleting Route in Route Table (${routeTableId}) with destination (${destination})`, error);
    }
  },
  import: (id) => {
    const [routeTableId = '', destination = ''] = id.split('_');
    if (routeTableId === '' || destination === '') {
      const summary = `unexpected format for ID (${id}), expected ROUTETABLEID_DESTINATION`;
      return Promise.reject(new ProviderError({ severity: 'error', summary }));
    }
    const name = destination.includes(':') ? 'destination_ipv6_cidr_block' : destination.startsWith('pl-') ? 'destination_prefix_list_id' : 'destination_cidr_block';
    return Promise.resolve({ id: routeId(routeTableId, destination), route_table_id: routeTableId, [name]: destination });
  },
};

function routeOf(attributes: Attributes): NewRoute {
  const destination = destinations.map((name) => text(attributes, name)).find((value) => value !== null) ?? '';
  return { routeTableId: text(attributes, 'route_table_id') ?? '', destination, gatewayId: text(attributes, 'gateway_id'), networkInterfaceId: text(attributes, 'network_interface_id') };
}

function about({ routeTableId, destination, gatewayId = null }: NewRoute): { readonly target: string; readonly params: { readonly destination: string; readonly gatewayId: string | null } } {
  return { target: routeTableId, params: { destination, gatewayId } };
}

function readSoon(prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  const { routeTableId, destination } = routeOf(prior);
  return saying(`reading Route in Route Table (${routeTableId}) with destination (${destination})`, () =>
    askEc2(context, 'DescribeRouteTables', { target: routeTableId }, (ec2) => state(ec2, prior)),
  );
}

function state(ec2: Ec2View, prior: Attributes): Attributes | null {
  const { routeTableId, destination } = routeOf(prior);
  const table = find(ec2, 'route-table', routeTableId);
  const route = table === null ? undefined : routesOf(ec2, table).find((each) => each.destination === destination);
  return route === undefined ? null : { ...attributesOf(route), id: routeId(routeTableId, destination), route_table_id: routeTableId, timeouts: prior.timeouts ?? null };
}

function attributesOf(route: Route): Record<string, Value> {
  return {
    ...Object.fromEntries(otherTargets.map((name) => [name, ''])),
    destination_cidr_block: /^\d/.test(route.destination) && !route.destination.includes(':') ? route.destination : '',
    destination_ipv6_cidr_block: route.destination.includes(':') ? route.destination : '',
    destination_prefix_list_id: route.destination.startsWith('pl-') ? route.destination : '',
    gateway_id: route.gatewayId ?? '',
    network_interface_id: route.networkInterfaceId ?? '',
    instance_id: '',
    instance_owner_id: '',
    origin: route.origin,
    state: route.state,
  };
}

function routeId(routeTableId: string, destination: string): string {
  return `r-${routeTableId}${stringHash(destination)}`;
}
