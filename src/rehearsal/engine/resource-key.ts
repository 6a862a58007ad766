/** A resource's id as it is compared: of one that is a path from a root, as ARM's are, the case means nothing. */
export function resourceKey(id: string): string {
  return id.startsWith('/') ? id.toLowerCase() : id;
}
