/** A flag that says the same as a field of the profile: what the command line declares. Plain data, nothing is imported. */
export interface OverrideFlag {
  /** Name of its value among the parsed options: `maxPrice` for `--max-price`. */
  readonly key: string;
  readonly flag: string;
  /** Placeholder of its value in help; null: a switch, which also has its `--no-` form. */
  readonly argument: string | null;
  readonly env: string;
  /** May be repeated; commas separate as well. */
  readonly list: boolean;
  readonly help: string;
}

/** Flag without `--`, placeholder (ending in `...` where it takes several), help. In the order of the help. */
const rows = [
  ['distro', 'DISTRO...', 'distribution, such as fedora@44; several make one stack each'],
  ['cloud', 'CLOUD...', 'cloud, such as aws or aws:eu-west-1; several make one stack each'],
  ['size', 'SIZE', 'small, lab, medium or large, at least that much'],
  ['instance-type', 'TYPE...', "a cloud's own type, such as t3.large or aws=t3.large; wins over the size"],
  ['arch', 'ARCH...', 'amd64 or arm64; several are an order of preference'],
  ['image', 'IMAGE...', 'one exact image: an id, a name or a URN, or aws=ami-...'],
  ['region', 'REGION...', 'auto, a region, or aws=eu-west-1'],
  ['zone', 'ZONE...', 'auto, a zone, or aws=eu-west-1a'],
  ['count', 'N', 'machines per stack'],
  ['disk', 'GB', 'size of the root disk'],
  ['spot', null, 'spot machines: cheaper, and taken away when the cloud needs them'],
  ['max-price', 'USD', 'most to pay for a spot machine per hour'],
  ['ttl', 'TIME', 'time to live, 15m to 30d, or none'],
  ['name', 'NAME', 'name of the session: a-z, 0-9 and -'],
  ['tag', 'KEY=VALUE...', 'tag for everything that is made'],
  ['user-data', 'FILE', 'script or cloud-config for the first start'],
  ['allow-from', 'CIDR...', 'who may reach SSH: an address or range, or auto for yours'],
  ['ssh-key', 'FILE', "your public key's file, or the name of a key in the cloud; else one is made"],
  ['network', 'NETWORK', "isolated for a network of its own, default for the account's"],
  ['set', 'PATH=VALUE...', 'any field of the profile, such as ssh.port=2222; wins over the other flags'],
] as const;

export type OverrideName = (typeof rows)[number][0];

/** The flags of the contract (§2) that override a profile, by name without `--`. */
export const overrideFlags: ReadonlyMap<OverrideName, OverrideFlag> = new Map(
  rows.map(([name, argument, help]): [OverrideName, OverrideFlag] => [
    name,
    {
      key: name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      flag: `--${name}`,
      argument: argument?.replace('...', '') ?? null,
      env: `LABTUI_${name.replaceAll('-', '_').toUpperCase()}`,
      list: argument?.endsWith('...') === true,
      help,
    },
  ]),
);
