import { isoImage } from './iso-image.ts';

/** A network card of a machine: `address` with its prefix length (`10.77.0.11/24`), or null for DHCP. */
export interface SeedInterface {
  readonly mac: string;
  readonly address: string | null;
}

export interface Seed {
  readonly instanceId: string;
  readonly hostName: string;
  readonly userData: string;
  /** None: cloud-init finds its own way, DHCP on the first card. */
  readonly interfaces: readonly SeedInterface[];
}

/**
 * A seed for cloud-init's NoCloud (its documentation, datasources/nocloud: a file system labelled `cidata` with meta-data, user-data and
 * network-config, version 2). JSON is YAML too.
 */
export function seedImage({ instanceId, hostName, userData, interfaces }: Seed): Buffer {
  const metaData = `${JSON.stringify({ 'instance-id': instanceId, 'local-hostname': hostName })}\n`;
  const files = { 'meta-data': metaData, 'user-data': userData, ...(interfaces.length === 0 ? {} : { 'network-config': networkConfig(interfaces) }) };
  return isoImage(
    'cidata',
    Object.entries(files).map(([name, text]) => ({ name, content: Buffer.from(text, 'utf8') })),
  );
}

function networkConfig(interfaces: readonly SeedInterface[]): string {
  const ethernets = interfaces.map(({ mac, address }, at): [string, object] => [
    `card${at}`,
    // Nothing waits for a card without a router: the others of the session may come later.
    { match: { macaddress: mac.toLowerCase() }, ...(address === null ? { dhcp4: true } : { addresses: [address], optional: true }) },
  ]);
  return `${JSON.stringify({ version: 2, ethernets: Object.fromEntries(ethernets) })}\n`;
}
