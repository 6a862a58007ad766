import * as catalogue from './catalogue-routes.ts';
import * as identity from './identity-routes.ts';
import * as images from './image-routes.ts';
import * as machines from './machine-routes.ts';
import * as resources from './resource-routes.ts';
import { retailPrices } from './retail-prices.ts';
import type { Handler } from './answer.ts';

/** One route: a method (null: any), a pattern of the path, compared without case, and who answers. */
export interface Route {
  readonly method: string | null;
  readonly path: RegExp;
  readonly handler: Handler;
  /** Needs neither a token nor an API version. */
  readonly open?: boolean;
}

function route(method: string | null, pattern: string, handler: Handler, open = false): Route {
  const source = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>[^/]+)`);
  return { method, path: new RegExp(`^${source}/?$`, 'i'), handler, open };
}

const sub = '/subscriptions/{subscription}';
const compute = `${sub}/providers/Microsoft\\.Compute`;
const market = `${sub}/providers/Microsoft\\.MarketplaceOrdering`;
const images_ = `${compute}/locations/{location}/publishers`;
const galleries = `${compute}/locations/{location}/communityGalleries/{gallery}`;
const machine = `${sub}/resourceGroups/{group}/providers/Microsoft\\.Compute/virtualMachines/{machine}`;

/** In the order of trying. */
export const routes: readonly Route[] = [
  route('GET', '/metadata/endpoints', identity.metadata, true),
  route('GET', '/{tenant}/discovery/instance', identity.discovery, true),
  route('GET', '/{tenant}/v2\\.0/\\.well-known/openid-configuration', identity.discovery, true),
  route('POST', '/{tenant}/oauth2/(?:v2\\.0/)?token', identity.token, true),
  route('GET', '/bootdiagnostics-simulated/{blob}/serialconsole\\.log', machines.serialLog, true),

  route('GET', '/api/retail/prices', retailPrices, true),

  route('GET', '/subscriptions', identity.subscriptions),
  route('GET', '/tenants', identity.tenants),
  route('GET', sub, identity.subscription),
  route('GET', `${sub}/locations`, catalogue.locations),
  route('GET', `${sub}/providers`, catalogue.providersList),
  route('GET', `${sub}/providers/{namespace}`, catalogue.providerGet),
  route('GET', `${sub}/providers/Microsoft\\.Authorization/permissions`, catalogue.permissions),
  route('POST', `${sub}/providers/{namespace}/(?<action>register|unregister)`, catalogue.providerRegister),
  route('GET', `${sub}/providers/(?<namespace>Microsoft\\.(?:Compute|Network))/locations/{location}/usages`, catalogue.usages),
  route('GET', `${compute}/skus`, catalogue.skus),

  route('GET', images_, images.publishers),
  route('GET', `${images_}/{publisher}/artifacttypes/vmimage/offers`, images.offers),
  route('GET', `${images_}/{publisher}/artifacttypes/vmimage/offers/{offer}/skus`, images.imageSkus),
  route('GET', `${images_}/{publisher}/artifacttypes/vmimage/offers/{offer}/skus/{sku}/versions`, images.versions),
  route('GET', `${images_}/{publisher}/artifacttypes/vmimage/offers/{offer}/skus/{sku}/versions/{version}`, images.version),
  route('GET', galleries, images.communityGallery.one),
  route('GET', `${galleries}/images`, images.communityGallery.images),
  route('GET', `${galleries}/images/{definition}`, images.communityGallery.image),
  route('GET', `${galleries}/images/{definition}/versions`, images.communityGallery.versions),
  route('GET', `${galleries}/images/{definition}/versions/{version}`, images.communityGallery.version),

  route('GET', `${sub}/resourceGroups/{group}/providers/Microsoft\\.Compute/(?:images|galleries)/.+`, images.ownImage),

  route('GET', `${market}/offerTypes/virtualmachine/publishers/{publisher}/offers/{offer}/plans/{plan}/agreements/current`, images.terms),
  route('PUT', `${market}/offerTypes/virtualmachine/publishers/{publisher}/offers/{offer}/plans/{plan}/agreements/current`, images.terms),
  route('GET', `${market}/agreements/{publisher}/offers/{offer}/plans/{plan}`, images.terms),
  route('POST', `${market}/agreements/{publisher}/offers/{offer}/plans/{plan}/(?<action>sign|cancel)`, images.terms),

  route('GET', `${sub}/providers/{namespace}/locations/{location}/operations/{operation}`, resources.operation),
  route('GET', `${sub}/resources`, resources.listAll),
  route('GET', `${sub}/resourceGroups/{group}/resources`, resources.listAll),
  route('GET', `${sub}/resourceGroups`, (asked) => resources.listOfType({ ...asked, names: { ...asked.names, type: 'Microsoft.Resources/resourceGroups' } })),

  route('GET', `${machine}/instanceView`, machines.view),
  route('GET', `${machine}/vmSizes`, machines.sizes),
  route('POST', `${machine}/retrieveBootDiagnosticsData`, machines.bootDiagnostics),
  route('POST', `${machine}/{action}`, machines.act),

  route('GET', `${sub}/providers/(?<type>[^/]+/[^/]+)`, resources.listOfType),
  route('GET', `${sub}/resourceGroups/{group}/providers/(?<type>[^/]+/[^/]+)`, resources.listOfType),
  route('GET', `${sub}/resourceGroups/{group}/providers/(?<namespace>[^/]+)/(?<parent>[^/]+)/[^/]+/(?<child>[^/]+)`, (asked) =>
    resources.listOfType({ ...asked, names: { ...asked.names, type: [asked.names.namespace, asked.names.parent, asked.names.child].join('/') } }),
  ),
  ...(['resourceGroups/[^/]+', 'resourceGroups/[^/]+/providers/[^/]+(?:/[^/]+/[^/]+)+'] as const).flatMap((path) => [
    route('GET', `${sub}/${path}`, resources.getResource),
    route('HEAD', `${sub}/${path}`, resources.headResource),
    route('PUT', `${sub}/${path}`, resources.putResource),
    route('PATCH', `${sub}/${path}`, resources.changeResource),
    route('DELETE', `${sub}/${path}`, resources.deleteResource),
  ]),
];
