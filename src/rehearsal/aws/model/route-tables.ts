import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { add, all, type Ec2, type Ec2View, find, get, remove, type Tags } from './ec2.ts';
import { dependencyViolation, invalidParameter } from './errors.ts';
import { parseRange } from './ip-ranges.ts';
import { flag, rows, text, textOrNull, withProps } from './props.ts';
import { checkedTags } from './tags.ts';

export interface Route {
  /** An IPv4 or IPv6 range, or a prefix list. */
  readonly destination: string;
  /** `local`, `igw-...` */
  readonly gatewayId: string | null;
  readonly networkInterfaceId: string | null;
  readonly origin: 'CreateRouteTable' | 'CreateRoute';
  readonly state: 'active' | 'blackhole';
}

export interface Association {
  readonly id: string;
  /** null: the VPC's own, of its main table. */
  readonly subnetId: string | null;
  readonly main: boolean;
}

export function createRouteTable(ec2: Ec2, { vpcId, tags = {} }: { readonly vpcId: string; readonly tags?: Tags }): SimResource {
  const vpc = get(ec2, 'vpc', vpcId);
  return add(ec2, 'route-table', {
    tags: checkedTags(tags),
    props: { vpcId, routes: [{ destination: text(vpc, 'cidrBlock'), gatewayId: 'local', origin: 'CreateRouteTable' }], associations: [] },
  });
}

/** With the state as it is now: a route to a gateway that is gone leads nowhere. */
export function routesOf(ec2: Ec2View, table: SimResource): readonly Route[] {
  return rows(table, 'routes').map((each) => {
    const gatewayId = textOrNull(each, 'gatewayId');
    const networkInterfaceId = textOrNull(each, 'networkInterfaceId');
    const gateway = gatewayId === null || gatewayId === 'local' ? null : find(ec2, 'internet-gateway', gatewayId);
    const leads = gatewayId === 'local' || (gateway !== null && text(gateway, 'vpcId') === text(table, 'vpcId')) || (networkInterfaceId !== null && find(ec2, 'network-interface', networkInterfaceId) !== null);
    return {
      destination: text(each, 'destination'),
      gatewayId,
      networkInterfaceId,
      origin: text(each, 'origin') === 'CreateRoute' ? 'CreateRoute' : 'CreateRouteTable',
      state: leads ? 'active' : 'blackhole',
    };
  });
}

export function associationsOf(table: SimResource): readonly Association[] {
  return rows(table, 'associations').map((each) => ({ id: text(each, 'id'), subnetId: textOrNull(each, 'subnetId'), main: flag(each, 'main') }));
}

export interface NewRoute {
  readonly routeTableId: string;
  readonly destination: string;
  readonly gatewayId?: string | null;
  readonly networkInterfaceId?: string | null;
}

/** CreateRoute. */
export function createRoute(ec2: Ec2, route: NewRoute): void {
  const table = get(ec2, 'route-table', route.routeTableId);
  const { destination } = route;
  if (!destination.includes(':') && parseRange(destination) === null) throw invalidParameter(`Value (${destination}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`);
  if (routesOf(ec2, table).some((each) => each.destination === destination)) {
    throw new CloudError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  }
  putRoutes(ec2, table, [...rows(table, 'routes').map(({ props }) => props), { destination, ...targetOf(ec2, table, route), origin: 'CreateRoute' }]);
}

/** ReplaceRoute. */
export function replaceRoute(ec2: Ec2, route: NewRoute): void {
  const table = get(ec2, 'route-table', route.routeTableId);
  if (!routesOf(ec2, table).some(({ destination }) => destination === route.destination)) throw noRoute(table.id, route.destination);
  const target = targetOf(ec2, table, route);
  putRoutes(ec2, table, rows(table, 'routes').map((each) => (text(each, 'destination') === route.destination ? { destination: route.destination, ...target, origin: 'CreateRoute' } : each.props)));
}

/** DeleteRoute. */
export function deleteRoute(ec2: Ec2, routeTableId: string, destination: string): void {
  const table = get(ec2, 'route-table', routeTableId);
  const route = routesOf(ec2, table).find((each) => each.destination === destination);
  if (route === undefined) throw noRoute(routeTableId, destination);
  if (route.gatewayId === 'local') throw invalidParameter(`cannot remove local route ${destination} in route table ${routeTableId}`);
  putRoutes(ec2, table, rows(table, 'routes').filter((each) => text(each, 'destination') !== destination).map(({ props }) => props));
}

function targetOf(ec2: Ec2, table: SimResource, { gatewayId = null, networkInterfaceId = null }: NewRoute): Pick<Route, 'gatewayId' | 'networkInterfaceId'> {
  if (gatewayId !== null) {
    const gateway = find(ec2, 'internet-gateway', gatewayId);
    if (gateway === null) throw new CloudError('InvalidGatewayID.NotFound', `The gateway ID '${gatewayId}' does not exist`);
    if (text(gateway, 'vpcId') !== text(table, 'vpcId')) {
      throw invalidParameter(`route table ${table.id} and network gateway ${gatewayId} belong to different networks`);
    }
  } else if (networkInterfaceId !== null) {
    get(ec2, 'network-interface', networkInterfaceId);
  } else {
    throw new CloudError('MissingParameter', 'The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId, transitGatewayId');
  }
  return { gatewayId, networkInterfaceId };
}

function noRoute(routeTableId: string, destination: string): CloudError {
  return new CloudError('InvalidRoute.NotFound', `no route with destination-cidr-block ${destination} in route table ${routeTableId}`);
}

/** AssociateRouteTable: of a subnet, which has one at most. Returns the association's id. */
export function associateRouteTable(ec2: Ec2, routeTableId: string, subnetId: string): string {
  const table = get(ec2, 'route-table', routeTableId);
  const subnet = get(ec2, 'subnet', subnetId);
  if (text(subnet, 'vpcId') !== text(table, 'vpcId')) throw invalidParameter(`Route table ${routeTableId} and subnet ${subnetId} belong to different networks`);
  for (const other of all(ec2, 'route-table')) {
    const existing = associationsOf(other).find((each) => each.subnetId === subnetId);
    if (existing === undefined) continue;
    if (other.id === routeTableId) return existing.id;
    throw new CloudError('Resource.AlreadyAssociated', `the specified association for route table ${routeTableId} conflicts with an existing association`);
  }
  const id = `rtbassoc-${ec2.tx.newId(17)}`;
  putAssociations(ec2, table, [...associationsOf(table), { id, subnetId, main: false }]);
  return id;
}

/** The table that an association belongs to; null when there is none. */
export function tableOfAssociation(ec2: Ec2View, associationId: string): { readonly table: SimResource; readonly association: Association } | null {
  for (const table of all(ec2, 'route-table')) {
    const association = associationsOf(table).find(({ id }) => id === associationId);
    if (association !== undefined) return { table, association };
  }
  return null;
}

/** DisassociateRouteTable. */
export function disassociateRouteTable(ec2: Ec2, associationId: string): void {
  const found = tableOfAssociation(ec2, associationId);
  if (found === null) throw new CloudError('InvalidAssociationID.NotFound', `The association ID '${associationId}' does not exist`);
  if (found.association.main) throw invalidParameter('cannot disassociate the main route table association');
  putAssociations(ec2, found.table, associationsOf(found.table).filter(({ id }) => id !== associationId));
}

/** DeleteRouteTable: when no subnet uses it, and never a VPC's main one. */
export function deleteRouteTable(ec2: Ec2, id: string): void {
  const table = get(ec2, 'route-table', id);
  if (associationsOf(table).length > 0) throw dependencyViolation(`The routeTable '${id}' has dependencies and cannot be deleted.`);
  remove(ec2, table);
}

function putRoutes(ec2: Ec2, table: SimResource, routes: readonly SimResource['props'][]): void {
  ec2.tx.put(withProps(table, { routes }));
}

function putAssociations(ec2: Ec2, table: SimResource, associations: readonly Association[]): void {
  ec2.tx.put(withProps(table, { associations: associations.map((each) => ({ ...each })) }));
}
