import { type Arch, arches, type CloudId, type FirstLogin } from './clouds.ts';
import type { Distro, DistroCatalogue, DistroImage, DistroVersion, ImageQuery, InitKind } from './distro.ts';
import { invalidInput, LabError, type Problem } from './errors.ts';
import { imageWarnings } from './image-warnings.ts';
import { loginUser } from './login-user.ts';
import { didYouMean, nearest } from './suggest.ts';

/** A distro at one version. */
export interface ChosenDistro {
  readonly distro: Distro;
  readonly version: DistroVersion;
}

/** How a machine of the chosen distro is started on one cloud and architecture. */
export interface ChosenImage {
  /** null: only a pinned image works there. */
  readonly query: ImageQuery | null;
  /** null: any name, the cloud creates it. */
  readonly user: string | null;
  readonly init: InitKind;
  /** What to know before agreeing: end of life, community image, image not confirmed lately. */
  readonly warnings: readonly Problem[];
}

/**
 * The distro and version behind `name`, `name@latest` or `name@version`. A version may be its codename or its first parts where
 * these are unambiguous (`ubuntu@24`). Throws invalid-input for unknown names and versions.
 */
export function chooseDistro(catalogue: DistroCatalogue, reference: string): ChosenDistro {
  const [name = '', wanted = 'latest', ...rest] = reference.split('@');
  if (name === '' || wanted === '' || rest.length > 0) {
    throw invalidInput(`"${reference}" is not a distro`, 'written name or name@version, such as fedora@44');
  }
  const distro = catalogue.find(name.toLowerCase());
  if (distro === null) {
    const near = nearest(name, catalogue.names, 5);
    throw invalidInput(
      `unknown distro "${name}"${didYouMean(name, catalogue.names)}`,
      'labtui distros list',
      `${near.length > 1 ? 'near' : 'known'}: ${(near.length > 1 ? near : catalogue.names).join(', ')}`,
    );
  }
  return { distro, version: chooseVersion(distro, wanted) };
}

function chooseVersion(distro: Distro, wanted: string): DistroVersion {
  if (wanted.toLowerCase() === 'latest') {
    const latest = distro.versions.find((version) => version.latestEligible);
    if (latest !== undefined) return latest;
    throw invalidInput(`no version of ${distro.name} is supported any more`, namedVersions(distro));
  }
  const same = (text: string | null) => text?.toLowerCase() === wanted.toLowerCase();
  const exact = distro.versions.find(({ version, codename }) => same(version) || same(codename));
  if (exact !== undefined) return exact;

  const begun = distro.versions.filter(({ version }) => version.startsWith(`${wanted}.`));
  const [only] = begun;
  if (only !== undefined && begun.length === 1) return only;
  if (begun.length > 1) {
    throw invalidInput(
      `${distro.name}@${wanted} can be ${begun.map(({ version }) => version).join(' or ')}`,
      `--distro ${distro.name}@${begun[0]?.version ?? wanted}`,
    );
  }
  // Between numbers the nearest spelling means nothing; a codename can be mistyped.
  const words = distro.versions.flatMap(({ version, codename }) => [version, ...(codename === null ? [] : [codename])]);
  const meant = /^\d/.test(wanted) ? '' : didYouMean(wanted, words);
  throw invalidInput(`${distro.name} has no version "${wanted}"${meant}`, namedVersions(distro));
}

function namedVersions(distro: Distro): string {
  return `known: ${distro.versions.map(({ version }) => `${distro.name}@${version}`).join(', ')}`;
}

/** The image listed for a cloud and architecture, whatever its status but `none`. */
export function findImage(version: DistroVersion, cloud: CloudId, arch: Arch): DistroImage | null {
  const row = rowOf(version, cloud, arch);
  return row === null || row.status === 'none' ? null : row;
}

function rowOf(version: DistroVersion, cloud: CloudId, arch: Arch): DistroImage | null {
  return version.images.find((image) => image.cloud === cloud && image.arch === arch) ?? null;
}

/**
 * How the image is found and started on that cloud and architecture, with what the user should know first.
 * `pinned`: the profile names an image of its own, which then needs no way to find one. `today` decides on end of life,
 * `login` on the user of an image that the files do not know.
 * Throws kind image, with the clouds and architectures that have one, where there is none.
 */
export function chooseImage(
  choice: ChosenDistro,
  cloud: CloudId,
  arch: Arch,
  options: { readonly pinned: boolean; readonly today: Date; readonly login?: FirstLogin | undefined },
): ChosenImage {
  const { version } = choice;
  const image = findImage(version, cloud, arch);
  if (!options.pinned && (image === null || !canBeFound(image))) throw noImage(choice, cloud, arch);
  return {
    query: image?.query ?? null,
    user: image === null ? loginUser(options.login, version.defaultUser) : image.user,
    init: image?.init ?? usualInit(version, cloud),
    warnings: imageWarnings(choice, cloud, options.pinned ? null : image, options.today),
  };
}

/** How this version starts on that cloud on another architecture, or anywhere. */
function usualInit(version: DistroVersion, cloud: CloudId): InitKind {
  return (version.images.find((image) => image.cloud === cloud) ?? version.images[0])?.init ?? 'cloud-init';
}

function canBeFound(image: DistroImage): boolean {
  return image.status !== 'none' && image.status !== 'bring' && image.query !== null;
}

function noImage(choice: ChosenDistro, cloud: CloudId, arch: Arch): LabError {
  const label = `${choice.distro.name}@${choice.version.version}`;
  const row = rowOf(choice.version, cloud, arch);
  const what = row !== null && row.status !== 'none' && row.status !== 'bring' ? 'no image that labtui knows how to find' : 'no image';
  const places = placesWithImage(choice.version);
  const where = places === '' ? `no cloud has an image of ${label}` : `it is on: ${places}`;
  return new LabError({
    kind: 'image',
    summary: `${label} has ${what} on ${cloud} for ${arch}`,
    detail: row?.notes === undefined ? where : `${row.notes}\n${where}`,
    hint: `${places === '' ? 'name' : 'choose one of these, or name'} an image of your own: --image ID`,
  });
}

/** `aws (amd64, arm64), linode (amd64)`: where an image can be looked up. */
function placesWithImage(version: DistroVersion): string {
  return [...new Set(version.images.map(({ cloud }) => cloud))]
    .flatMap((cloud) => {
      const having = arches.filter((arch) => {
        const image = rowOf(version, cloud, arch);
        return image !== null && canBeFound(image);
      });
      return having.length > 0 ? [`${cloud} (${having.join(', ')})`] : [];
    })
    .join(', ');
}
