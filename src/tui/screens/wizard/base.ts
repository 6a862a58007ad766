import { isObject, isTrue, type JsonObject, numberAt, objectAt, textAt, textsOf } from './data/json.ts';
import { defaultFields, type Fields, inlineUserData, type Target, type WizardRequest } from './request.ts';

/** What holds without any flag: a profile's values over those of configuration and environment, or those alone. */
export interface Base {
  /** What `--profile` names; null: none. */
  readonly profile: string | null;
  /** Distro and cloud are in the profile itself: they need no flag. */
  readonly request: WizardRequest;
  /** One region for all clouds, or one for each that is named. */
  readonly regions: string | JsonObject;
  /** One instance type without a cloud's name: good for one cloud only. */
  readonly typeIsCommon: boolean;
  /** Clouds for which one exact image is named; null: it is named without a cloud. */
  readonly pinnedImages: readonly string[] | null;
  readonly zonePinned: boolean;
}

export const noBase: Base = {
  profile: null,
  request: { rehearse: false, distros: [], where: [], types: {}, fields: defaultFields },
  regions: 'auto',
  typeIsCommon: false,
  pinnedImages: [],
  zonePinned: false,
};

/** The region that holds for a cloud where nothing more is said. */
export function baseRegion({ regions }: Pick<Base, 'regions'>, cloud: string): string {
  return typeof regions === 'string' ? regions : (textAt(regions, cloud) ?? 'auto');
}

/** What `profiles show [P] --json` says; null where the document is none of it. */
export function baseFrom(document: unknown, profile: string | null): Base | null {
  if (!isObject(document) || !isObject(document.profile) || !isObject(document.sources)) return null;
  const values = document.profile;
  const given = (path: string): boolean => objectAt(objectAt(document, 'sources'), path).from !== 'default';
  const regions = isObject(values.region) ? values.region : (textAt(values, 'region') ?? 'auto');
  const where = given('cloud') ? listAt(values, 'cloud').map((text) => targetOf(text, regions)) : [];
  const type = textAt(values, 'instanceType');
  const image = values.image;
  return {
    profile,
    request: {
      rehearse: false,
      distros: given('distro') ? listAt(values, 'distro') : [],
      where,
      types: type === null ? textsByKey(objectAt(values, 'instanceType')) : Object.fromEntries(where.map(({ cloud }) => [cloud, type])),
      fields: fieldsOf(values),
    },
    regions,
    typeIsCommon: type !== null,
    pinnedImages: typeof image === 'string' ? null : isObject(image) ? Object.keys(image) : [],
    zonePinned: values.zone !== undefined && values.zone !== 'auto',
  };
}

function targetOf(text: string, regions: Base['regions']): Target {
  const [cloud = '', region] = text.split(':');
  return { cloud, region: region ?? baseRegion({ regions }, cloud) };
}

function fieldsOf(values: JsonObject): Fields {
  const disk = objectAt(values, 'disk');
  const spot = objectAt(values, 'spot');
  const userData = isObject(values.userData) ? textAt(values.userData, 'file') : textAt(values, 'userData') === null ? null : inlineUserData;
  const number = (object: JsonObject, key: string): string => String(numberAt(object, key) ?? '');
  return {
    size: textAt(values, 'size') ?? defaultFields.size,
    arch: listAt(values, 'arch').join(','),
    ttl: textAt(values, 'ttl') ?? 'none',
    name: textAt(values, 'name') ?? '',
    count: number(values, 'count'),
    disk: number(disk, 'sizeGb'),
    diskType: textAt(disk, 'type') ?? defaultFields.diskType,
    spot: isTrue(spot, 'enabled') ? 'yes' : 'no',
    maxPrice: number(spot, 'maxPrice'),
    network: textAt(values, 'network') ?? defaultFields.network,
    userData: userData ?? '',
    tags: Object.entries(textsByKey(objectAt(values, 'tags'))).map(([key, value]) => `${key}=${value}`).join(','),
    allowFrom: listAt(objectAt(values, 'ssh'), 'allowFrom').join(','),
    forward: listAt(objectAt(values, 'local'), 'forward').join(','),
    share: textAt(objectAt(values, 'local'), 'share') ?? '',
  };
}

/** One text, or a list of them. */
function listAt(object: JsonObject, key: string): readonly string[] {
  const text = textAt(object, key);
  return text === null ? textsOf(object[key]) : [text];
}

function textsByKey(object: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
