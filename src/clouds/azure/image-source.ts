/** An image as a machine is made from it. */
export type ImageSource =
  | { readonly kind: 'marketplace'; readonly publisher: string; readonly offer: string; readonly sku: string; readonly version: string }
  /** Of a gallery, the community's or one's own, or an image resource: its ARM id. */
  | { readonly kind: 'id'; readonly id: string };

/** Reads `publisher:offer:sku:version` or an id such as `/communityGalleries/...`; null for anything else. */
export function readImageSource(text: string): ImageSource | null {
  // An id may come without its first slash: a profile's images begin with a letter or digit.
  const id = /^\/?((?:subscriptions|communityGalleries|sharedGalleries)\/.+)$/i.exec(text)?.[1];
  if (id !== undefined) return { kind: 'id', id: `/${id}` };
  const [publisher, offer, sku, version, ...rest] = text.split(':');
  if (!publisher || !offer || !sku || !version || rest.length > 0) return null;
  return { kind: 'marketplace', publisher, offer, sku, version };
}

/** `publisher:offer:sku:version`, as `az vm image` writes it. */
export function urnOf({ publisher, offer, sku, version }: Extract<ImageSource, { readonly kind: 'marketplace' }>): string {
  return [publisher, offer, sku, version].join(':');
}

/** Among a pinned image's features: secure boot and a vTPM, which image and size both can do. */
export const trustedLaunch = 'TrustedLaunch';
