import type { StackPlan } from './plan.ts';

type Named = Pick<StackPlan, 'cloud' | 'region' | 'distro'>;

/**
 * Directory names of the stacks (contract §5): the cloud, with region or distro behind it only where two
 * stacks would otherwise share a name. Equal targets get equal names: the caller refuses them.
 */
export function stackIds(stacks: readonly Named[]): readonly string[] {
  const clouds = stacks.map(({ cloud }) => cloud);
  const unique = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;
  const word = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const distro = ({ distro: { name, version } }: Named): string => word(`${name}-${version}`);

  if (unique(clouds)) return clouds;
  const byRegion = stacks.map((stack) => `${stack.cloud}-${stack.region}`);
  if (unique(byRegion)) return byRegion;
  const byDistro = stacks.map((stack) => `${stack.cloud}-${distro(stack)}`);
  if (unique(byDistro)) return byDistro;
  return stacks.map((stack) => `${stack.cloud}-${stack.region}-${distro(stack)}`);
}

/** `<distro>-<cloud>`, the name of a session that got none; at most 40 characters. */
export function defaultSessionName(stacks: readonly Named[]): string {
  const first = stacks[0];
  if (first === undefined) return 'lab';
  const clouds = [...new Set(stacks.map(({ cloud }) => cloud))];
  const name = `${first.distro.name}-${clouds.length === 1 ? clouds[0] : 'clouds'}`;
  return name.slice(0, 40).replace(/-+$/, '');
}

/** Name of a machine's own resource in its stack's Terraform; nothing else in there has it. */
export function machineResource({ index }: { readonly index: number }, count: number): string {
  return count === 1 ? 'vm' : `vm-${index}`;
}

/** SSH alias of a machine: `<name>-<stack>`, with its number where there are several. */
export function machineName(sessionName: string, stackId: string, index: number, count: number): string {
  return count === 1 ? `${sessionName}-${stackId}` : `${sessionName}-${stackId}-${index}`;
}
