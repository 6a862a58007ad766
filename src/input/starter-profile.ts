export interface StarterOptions {
  /** null: the default, `<distro>-<cloud>`. */
  readonly name: string | null;
  readonly distro: string;
  readonly cloud: string;
  readonly size: string;
  readonly ttl: string;
}

export const starterDefaults: StarterOptions = { name: null, distro: 'ubuntu', cloud: 'aws', size: 'lab', ttl: '4h' };

/** A commented profile for `profiles init`: valid as it is, every other field as a comment with its default. */
export function starterProfile(options: Partial<StarterOptions> = {}): string {
  const { name, distro, cloud, size, ttl } = { ...starterDefaults, ...options };
  const lines: readonly (readonly [setting: string, comment: string])[] = [
    [name === null ? '# name: my-lab' : `name: ${word(name)}`, 'a-z, 0-9 and -; default <distro>-<cloud>'],
    [`distro: ${word(distro)}`, 'labtui distros list; a list makes one stack each'],
    [`cloud: ${word(cloud)}`, 'labtui clouds; aws:eu-west-1, or a list: one stack each'],
    [`size: ${word(size)}`, 'small 2 vCPU/2 GiB | lab 2/4 | medium 4/8 | large 8/16'],
    [`ttl: ${word(ttl)}`, '15m to 30d; null: no end, not advised'],
    ['', ''],
    ['# arch: amd64', 'amd64 | arm64; a list is an order of preference'],
    ['# instanceType: t3.large', "a cloud's own type; wins over size"],
    ['# region: auto', 'or a region, or { aws: eu-west-1 }'],
    ['# zone: auto', 'or a zone, or { aws: eu-west-1a }'],
    ['# image: null', "one exact image; else the distribution's newest"],
    ['# count: 1', 'machines per stack'],
    ['# disk: { sizeGb: 20, type: ssd, encrypted: true }', 'ssd | standard | provisioned-iops'],
    ['# spot: { enabled: false, maxPrice: null, fallback: on-demand }', 'on-demand | fail'],
    ['# network: isolated', "default: the account's default network"],
    ['# ssh: { key: generate, allowFrom: auto, port: 22 }', 'key: a .pub file; allowFrom: ranges such as 198.51.100.0/24'],
    ['# userData: { file: ./init.sh }', 'script or cloud-config for the first start'],
    ['# onReady: ./when-ready.sh', 'command on this computer, hosts as JSON on its stdin'],
    ['# tags: { team: kernel }', ''],
    ['# onFailure: destroy', 'destroy | keep'],
  ];
  const width = 32;
  const body = lines.map(([setting, comment]) => (comment === '' ? setting : `${setting.padEnd(width)} # ${comment}`));
  return `# A labtui profile. Check it: labtui profiles validate FILE · use it: labtui apply --profile FILE\n${body.join('\n')}\n`;
}

/** As YAML: in quotes where it would read as something else. */
function word(text: string): string {
  return /^[A-Za-z0-9][\w.@:-]*\w$/.test(text) ? text : JSON.stringify(text);
}
