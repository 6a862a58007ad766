import type { SimResource } from '../../engine/resource.ts';
import { accountId } from '../model/account.ts';
import type { Ec2 } from '../model/ec2.ts';
import { text } from '../model/props.ts';
import {
  associateRouteTable,
  associationsOf,
  createRoute,
  createRouteTable,
  deleteRoute,
  deleteRouteTable,
  disassociateRouteTable,
  type NewRoute,
  replaceRoute,
  type Route,
  routesOf,
} from '../model/route-tables.ts';
import { tagged } from './filters.ts';
import { done, type Handlers, listing, tagSet } from './handler.ts';
import { param, type Query, required, tagSpecifications } from './query.ts';
import type { XmlMembers } from './xml.ts';

export const routeHandlers: Handlers = {
  CreateRouteTable: (ec2, query) => ({ routeTable: tableXml(ec2, createRouteTable(ec2, { vpcId: required(query, 'VpcId'), tags: tagSpecifications(query)['route-table'] ?? {} })) }),
  DescribeRouteTables: listing({
    kind: 'route-table',
    idParam: 'RouteTableId',
    set: 'routeTableSet',
    filters: (ec2, table) => {
      const associations = associationsOf(table);
      const routes = routesOf(ec2, table);
      return tagged(table, {
        'route-table-id': table.id,
        'vpc-id': text(table, 'vpcId'),
        'association.main': associations.map(({ main }) => main),
        'association.subnet-id': associations.map(({ subnetId }) => subnetId),
        'association.route-table-association-id': associations.map(({ id }) => id),
        'association.route-table-id': table.id,
        'route.destination-cidr-block': routes.map(({ destination }) => destination),
        'route.gateway-id': routes.map(({ gatewayId }) => gatewayId),
        'route.origin': routes.map(({ origin }) => origin),
        'route.state': routes.map(({ state }) => state),
      });
    },
    render: tableXml,
  }),
  AssociateRouteTable: (ec2, query) => ({
    associationId: associateRouteTable(ec2, required(query, 'RouteTableId'), required(query, 'SubnetId')),
    associationState: { state: 'associated' },
  }),
  DisassociateRouteTable: (ec2, query) => {
    disassociateRouteTable(ec2, required(query, 'AssociationId'));
    return done;
  },
  DeleteRouteTable: (ec2, query) => {
    deleteRouteTable(ec2, required(query, 'RouteTableId'));
    return done;
  },
  CreateRoute: (ec2, query) => {
    createRoute(ec2, routeIn(query));
    return done;
  },
  ReplaceRoute: (ec2, query) => {
    replaceRoute(ec2, routeIn(query));
    return done;
  },
  DeleteRoute: (ec2, query) => {
    deleteRoute(ec2, required(query, 'RouteTableId'), destinationIn(query));
    return done;
  },
};

function routeIn(query: Query): NewRoute {
  return {
    routeTableId: required(query, 'RouteTableId'),
    destination: destinationIn(query),
    gatewayId: param(query, 'GatewayId'),
    networkInterfaceId: param(query, 'NetworkInterfaceId'),
  };
}

function destinationIn(query: Query): string {
  return param(query, 'DestinationIpv6CidrBlock') ?? param(query, 'DestinationPrefixListId') ?? required(query, 'DestinationCidrBlock');
}

function tableXml(ec2: Ec2, table: SimResource): XmlMembers {
  return {
    routeTableId: table.id,
    vpcId: text(table, 'vpcId'),
    ownerId: accountId,
    routeSet: routesOf(ec2, table).map(routeXml),
    associationSet: associationsOf(table).map(({ id, subnetId, main }) => ({
      routeTableAssociationId: id,
      routeTableId: table.id,
      subnetId,
      main,
      associationState: { state: 'associated' },
    })),
    propagatingVgwSet: [],
    tagSet: tagSet(table),
  };
}

function routeXml({ destination, gatewayId, networkInterfaceId, origin, state }: Route): XmlMembers {
  return { [destination.includes(':') ? 'destinationIpv6CidrBlock' : 'destinationCidrBlock']: destination, gatewayId, networkInterfaceId, origin, state };
}
