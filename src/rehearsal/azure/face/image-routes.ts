import type { CallVerb } from '../../engine/call.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import { type AzureImage, imagesOf } from '../model/images.ts';
import { agreement, setAccepted } from '../model/marketplace.ts';
import { checkLocation } from '../model/locations.ts';
import { notFound, refused } from '../model/refuse.ts';
import { type Asked, bodyOf, type Handler, json, page } from './answer.ts';
import { isTrueAt } from '../model/fields.ts';

const equal = (a: string | undefined, b: string | undefined): boolean => a?.toLowerCase() === b?.toLowerCase();

async function ask<T>({ context: { world, caller }, names, request }: Asked, operation: string, verb: CallVerb, work: (view: WorldView, images: readonly AzureImage[]) => T): Promise<T> {
  const region = names.location ?? null;
  return await world.call({ cloud: 'azure', operation, verb, subject: 'image', caller, region, target: decodeURIComponent(request.path) }, (view) => {
    checkLocation(view, region, 'Microsoft.Compute/locations');
    return work(view, imagesOf(view));
  });
}

/** Lists of the marketplace are plain arrays, sorted and cut as the caller says. */
function listed(asked: Asked, names: readonly string[]) {
  const { query, path } = asked.request;
  const unique = [...new Set(names)].sort();
  const ordered = /^name desc$/i.test(query.get('$orderby') ?? '') ? unique.reverse() : unique;
  const top = Number(query.get('$top') ?? ordered.length);
  return json(200, ordered.slice(0, top).map((name) => ({ location: asked.names.location ?? '', name, id: `${decodeURIComponent(path)}/${name}` })));
}

function chosen({ names }: Asked, images: readonly AzureImage[]): readonly AzureImage[] {
  return images.filter(
    ({ urn, version }) =>
      urn !== null &&
      (names.publisher === undefined || equal(urn.publisher, names.publisher)) &&
      (names.offer === undefined || equal(urn.offer, names.offer)) &&
      (names.sku === undefined || equal(urn.sku, names.sku)) &&
      (names.version === undefined || version === names.version),
  );
}

function found(asked: Asked, images: readonly AzureImage[]): readonly AzureImage[] {
  const those = chosen(asked, images);
  if (those.length > 0) return those;
  throw refused(404, 'NotFound', 'Artifact: VMImage was not found.');
}

export const publishers: Handler = async (asked) => listed(asked, await ask(asked, 'Microsoft.Compute/locations/publishers/read', 'list', (_, images) => images.flatMap(({ urn }) => urn?.publisher ?? [])));
export const offers: Handler = async (asked) => listed(asked, await ask(asked, 'Microsoft.Compute/locations/publishers/artifacttypes/offers/read', 'list', (_, images) => found(asked, images).flatMap(({ urn }) => urn?.offer ?? [])));
export const imageSkus: Handler = async (asked) => listed(asked, await ask(asked, 'Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/read', 'list', (_, images) => found(asked, images).flatMap(({ urn }) => urn?.sku ?? [])));
export const versions: Handler = async (asked) => listed(asked, await ask(asked, 'Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read', 'list', (_, images) => found(asked, images).map(({ version }) => version)));

export const version: Handler = async (asked) => {
  const image = await ask(asked, 'Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read', 'read', (_, images) => found(asked, images)[0]);
  if (image === undefined) throw refused(404, 'NotFound', 'Artifact: VMImage was not found.');
  return json(200, { location: asked.names.location ?? '', name: image.version, id: decodeURIComponent(asked.request.path), properties: { ...described(image), ...(image.plan === null ? {} : { plan: image.plan }) } });
};

function described({ image, generation, trustedLaunch }: AzureImage): JsonObject {
  return {
    osDiskImage: { operatingSystem: 'Linux', sizeInGb: image.minDiskGb },
    dataDiskImages: [],
    automaticOSUpgradeProperties: { automaticOSUpgradeSupported: false },
    hyperVGeneration: generation,
    architecture: image.arch === 'arm64' ? 'Arm64' : 'x64',
    features: [{ name: 'SecurityType', value: trustedLaunch ? 'TrustedLaunchSupported' : 'None' }, { name: 'IsAcceleratedNetworkSupported', value: 'True' }],
    disallowed: { vmDiskType: 'Unmanaged' },
    imageDeprecationStatus: { imageState: 'Active' },
  };
}

function inGallery(asked: Asked, images: readonly AzureImage[]): readonly AzureImage[] {
  const { gallery, definition, version: wanted } = asked.names;
  const those = images.filter((image) => equal(image.gallery?.gallery, gallery) && (definition === undefined || equal(image.gallery?.definition, definition)) && (wanted === undefined || image.version === wanted));
  if (those.length > 0) return those;
  throw refused(404, 'ResourceNotFound', `The resource '${decodeURIComponent(asked.request.path)}' was not found.`);
}

function galleryId({ gallery, version: of }: AzureImage, depth: 'gallery' | 'image' | 'version'): string {
  const base = `/CommunityGalleries/${gallery?.gallery ?? ''}`;
  if (depth === 'gallery') return base;
  return depth === 'image' ? `${base}/Images/${gallery?.definition ?? ''}` : `${base}/Images/${gallery?.definition ?? ''}/Versions/${of}`;
}

function galleryDocument(asked: Asked, image: AzureImage, depth: 'gallery' | 'image' | 'version'): JsonObject {
  const location = asked.names.location ?? '';
  const identifier = { uniqueId: galleryId(image, depth) };
  if (depth === 'gallery') return { name: image.gallery?.gallery ?? '', location, type: 'Microsoft.Compute/locations/communityGalleries', identifier };
  if (depth === 'image') {
    const { image: { arch }, generation, gallery } = image;
    return {
      name: gallery?.definition ?? '',
      location,
      type: 'Microsoft.Compute/locations/communityGalleries/images',
      identifier,
      properties: { osType: 'Linux', osState: 'Generalized', hyperVGeneration: generation, architecture: arch === 'arm64' ? 'Arm64' : 'x64', features: [], identifier: { publisher: 'simulated', offer: 'simulated', sku: gallery?.definition ?? '' } },
    };
  }
  return {
    name: image.version,
    location,
    type: 'Microsoft.Compute/locations/communityGalleries/images/versions',
    identifier,
    properties: { publishedDate: image.image.createdAt, excludeFromLatest: false, storageProfile: { osDiskImage: { diskSizeGB: image.image.minDiskGb, hostCaching: 'ReadOnly' }, dataDiskImages: [] } },
  };
}

const galleryOne = (depth: 'gallery' | 'image' | 'version'): Handler => async (asked) => {
  const image = await ask(asked, `Microsoft.Compute/locations/communityGalleries/read`, 'read', (_, images) => inGallery(asked, images)[0]);
  return image === undefined ? json(404, {}) : json(200, galleryDocument(asked, image, depth));
};

const galleryList = (depth: 'image' | 'version'): Handler => async (asked) => {
  const images = await ask(asked, `Microsoft.Compute/locations/communityGalleries/read`, 'list', (_, all) => inGallery(asked, all));
  const documents = images.map((image) => galleryDocument(asked, image, depth));
  return page(asked, [...new Map(documents.map((document) => [document.name, document])).values()]);
};

export const communityGallery = { one: galleryOne('gallery'), images: galleryList('image'), image: galleryOne('image'), versions: galleryList('version'), version: galleryOne('version') };

/** Image resources and galleries of one's own: a simulated subscription has none. */
export const ownImage: Handler = ({ request }) => Promise.reject(notFound(decodeURIComponent(request.path)));

/** Reading, accepting and cancelling a plan's terms. */
export const terms: Handler = async (asked) => {
  const { names, request, context: { world, caller } } = asked;
  const subscription = names.subscription ?? '';
  const plan = { publisher: names.publisher ?? '', offer: names.offer ?? '', plan: names.plan ?? '' };
  const action = names.action?.toLowerCase() ?? request.method.toLowerCase();
  const reading = action === 'get';
  const document = await world.call(
    { cloud: 'azure', operation: `Microsoft.MarketplaceOrdering/offertypes/publishers/offers/plans/agreements/${reading ? 'read' : 'write'}`, verb: reading ? 'read' : 'update', subject: 'other', caller, target: decodeURIComponent(request.path) },
    (tx) => {
      if (reading) return agreement(tx, subscription, plan);
      const accepted = action === 'put' ? isTrueAt(bodyOf(request), 'properties', 'accepted') : action === 'sign';
      return setAccepted(tx, subscription, plan, accepted);
    },
  );
  return json(200, document);
};
