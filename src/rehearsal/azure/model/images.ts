import type { CatalogueImage } from '../../engine/catalogue.ts';
import type { WorldView } from '../../engine/world.ts';
import type { JsonObject } from '../../engine/json.ts';
import { textAt } from './fields.ts';
import { invalidParameter, refused } from './refuse.ts';

/** An image of the marketplace or of a community gallery, at a version. */
export interface AzureImage {
  readonly image: CatalogueImage;
  readonly version: string;
  readonly generation: 'V1' | 'V2';
  readonly trustedLaunch: boolean;
  readonly plan: { readonly name: string; readonly product: string; readonly publisher: string } | null;
  /** null: of a community gallery. */
  readonly urn: { readonly publisher: string; readonly offer: string; readonly sku: string } | null;
  readonly gallery: { readonly gallery: string; readonly definition: string } | null;
}

/** Every image of the catalogue, at two versions each: a newer and an older one. */
export function imagesOf(view: WorldView): readonly AzureImage[] {
  return (view.catalogue.clouds.azure?.images ?? []).flatMap((image) => versionsOf(image).flatMap((version) => imageAt(image, version)));
}

function imageAt(image: CatalogueImage, version: string): readonly AzureImage[] {
  const { query } = image;
  if (query.cloud !== 'azure') return [];
  const generation = query.generation ?? 'V2';
  const base = { image, version, generation, trustedLaunch: generation === 'V2' && image.arch === 'amd64' && image.system.serviceManager === 'systemd' };
  if ('publisher' in query) {
    return [{ ...base, plan: query.plan, urn: { publisher: query.publisher, offer: query.offer, sku: query.sku }, gallery: null }];
  }
  const [, gallery, definition] = /^\/communityGalleries\/([^/]+)\/images\/([^/]+)/i.exec(query.communityGallery) ?? [];
  if (gallery === undefined || definition === undefined) return [];
  // Images of a community gallery say nothing of trusted launch unless their maker did.
  return [{ ...base, trustedLaunch: false, plan: null, urn: null, gallery: { gallery, definition } }];
}

// Versions are three numbers; publishers put a day into the last or the middle one.
function versionsOf({ query, system, createdAt }: CatalogueImage): readonly string[] {
  const fixed = query.cloud === 'azure' && 'version' in query && query.version !== 'latest' ? [query.version] : [];
  const made = Date.parse(createdAt);
  const days = [made, made - 30 * 24 * 3_600_000].map((ms) => new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''));
  const [major = '1', minor = '0'] = /^\d/.test(system.version) ? system.version.split('.') : [];
  return [...fixed, ...days.map((day) => (system.distro === 'debian' ? `0.${day}.1` : `${major}.${minor}.${day}`))];
}

const equal = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The image of a machine's `imageReference`; throws the marketplace's or the gallery's refusal. */
export function resolveImage(view: WorldView, location: string, reference: JsonObject): AzureImage {
  const community = textAt(reference, 'communityGalleryImageId');
  if (community !== null) return communityImage(view, community);
  const id = textAt(reference, 'id') ?? textAt(reference, 'sharedGalleryImageId');
  if (id !== null) {
    throw refused(404, 'NotFound', `The resource with id '${id}' was not found: a rehearsal has no images of one's own.`);
  }
  const [publisher, offer, sku, version] = ['publisher', 'offer', 'sku', 'version'].map((name) => textAt(reference, name) ?? '');
  if (publisher === '' || publisher === undefined) throw invalidParameter('imageReference', "Required parameter 'imageReference' is missing (null).");
  const found = imagesOf(view).filter(
    ({ urn }) => urn !== null && equal(urn.publisher, publisher) && equal(urn.offer, offer ?? '') && equal(urn.sku, sku ?? ''),
  );
  const chosen = version === 'latest' ? found[0] : found.find((image) => image.version === version);
  if (chosen === undefined) throw platformImageNotFound({ publisher, offer: offer ?? '', sku: sku ?? '', version: version ?? '' }, location);
  return chosen;
}

function communityImage(view: WorldView, id: string): AzureImage {
  const [, gallery = '', definition = '', version = 'latest'] = /^\/communityGalleries\/([^/]+)\/images\/([^/]+)(?:\/versions\/([^/]+))?$/i.exec(id) ?? [];
  const found = imagesOf(view).filter(({ gallery: of }) => of !== null && equal(of.gallery, gallery) && equal(of.definition, definition));
  const chosen = version === 'latest' ? found[0] : found.find((image) => image.version === version);
  if (chosen !== undefined) return chosen;
  throw refused(404, 'GalleryImageNotFound', `The gallery image ${id} is not available in the current region or does not exist. Please contact image owner to replicate to this region, or change your requested region.`);
}

export function platformImageNotFound({ publisher, offer, sku, version }: { publisher: string; offer: string; sku: string; version: string }, location: string) {
  return refused(
    404,
    'PlatformImageNotFound',
    `The platform image '${publisher}:${offer}:${sku}:${version}' is not available. Verify that all fields in the storage profile are correct. For more details about storage profile information, please refer to https://aka.ms/storageprofile`,
    { target: 'imageReference', location },
  );
}
