import { shellLine } from '../../../core/shell-word.ts';
import { type Base, baseRegion } from './base.ts';
import { cloudsOf, type FieldId, fieldIds, type Fields, itemsOf, type Target, type WizardRequest } from './request.ts';

/** The arguments after `apply`, `plan`, `synth` or `profiles init` that make exactly this request: what its base says needs no flag. */
export function labArgs(request: WizardRequest, base: Base): readonly string[] {
  const { request: before, profile } = base;
  const sameDistros = request.distros.join() === before.distros.join();
  const sameWhere = sameTargets(request.where, before.where);
  const named = profile !== null;
  return [
    ...(profile === null ? [] : ['--profile', profile]),
    ...(request.distros.length > 0 && !(named && sameDistros) ? ['--distro', request.distros.join(',')] : []),
    ...(request.where.length > 0 && !(named && sameWhere) ? ['--cloud', request.where.map((target) => targetText(target, base)).join(',')] : []),
    // What is pinned for one distro or place is wrong for another.
    ...(!sameDistros && (base.pinnedImages === null || base.pinnedImages.length > 0) ? ['--set', 'image=null'] : []),
    ...(!sameWhere && base.zonePinned ? ['--zone', 'auto'] : []),
    ...fieldIds.flatMap((id) => (request.fields[id] === before.fields[id] ? [] : flagsOf[id](request.fields[id], before.fields))),
    ...typeArgs(request, base),
  ];
}

/** The command line that creates what is asked for. */
export function applyArgs(request: WizardRequest, base: Base): readonly string[] {
  return ['apply', ...labArgs(request, base), ...rehearsing(request)];
}

export function planArgs(request: WizardRequest, base: Base): readonly string[] {
  return ['plan', ...labArgs(request, base), ...rehearsing(request)];
}

export function commandText(args: readonly string[]): string {
  return shellLine(['labtui', ...args]);
}

function rehearsing({ rehearse }: WizardRequest): readonly string[] {
  return rehearse ? ['--rehearse'] : [];
}

function targetText({ cloud, region }: Target, base: Base): string {
  return region === baseRegion(base, cloud) ? cloud : `${cloud}:${region}`;
}

function sameTargets(a: readonly Target[], b: readonly Target[]): boolean {
  const text = (targets: readonly Target[]): string => targets.map(({ cloud, region }) => `${cloud}:${region}`).join();
  return text(a) === text(b);
}

function typeArgs(request: WizardRequest, base: Base): readonly string[] {
  const clouds = cloudsOf(request);
  const own = (types: Readonly<Record<string, string>>) => clouds.flatMap((cloud) => (types[cloud] === undefined ? [] : [`${cloud}=${types[cloud]}`]));
  const wanted = own(request.types);
  const common = base.typeIsCommon && clouds.length > 0 && wanted.length < clouds.length;
  if (wanted.join() === own(base.request.types).join() && !common && !(base.typeIsCommon && clouds.length > 1)) return [];
  if (wanted.length === 0) return ['--set', 'instanceType=null'];
  return ['--instance-type', clouds.length === 1 ? (request.types[clouds[0] ?? ''] ?? '') : wanted.join(',')];
}

const orNull = (flag: string, path: string) => (value: string): readonly string[] => (value === '' ? ['--set', `${path}=null`] : [flag, value]);
const flag = (name: string) => (value: string): readonly string[] => [name, value];

/** How each field is said where it differs from its base. */
const flagsOf: Readonly<Record<FieldId, (value: string, before: Fields) => readonly string[]>> = {
  size: flag('--size'),
  arch: flag('--arch'),
  ttl: flag('--ttl'),
  name: orNull('--name', 'name'),
  count: flag('--count'),
  disk: orNull('--disk', 'disk.sizeGb'),
  diskType: (value) => ['--set', `disk.type=${value}`],
  spot: (value) => [value === 'yes' ? '--spot' : '--no-spot'],
  maxPrice: orNull('--max-price', 'spot.maxPrice'),
  network: flag('--network'),
  userData: orNull('--user-data', 'userData'),
  tags: (value, before) => itemsOf(value).filter((tag) => !itemsOf(before.tags).includes(tag)).flatMap((tag) => ['--tag', tag]),
  allowFrom: flag('--allow-from'),
  forward: (value) => ['--set', `local.forward=${JSON.stringify(itemsOf(value))}`],
  // Quoted where it could be read as something else than a text.
  share: (value) => ['--set', `local.share=${value === '' ? 'null' : /^[./~][\w./~-]*$/.test(value) ? value : JSON.stringify(value)}`],
};
