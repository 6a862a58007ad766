/** One cloud of the lab; `region` may be `auto`. */
export interface Target {
  readonly cloud: string;
  readonly region: string;
}

/** The fields that are one text each, as they are typed. Empty: none, or the default. */
export const fieldIds = ['size', 'arch', 'ttl', 'name', 'count', 'disk', 'diskType', 'spot', 'maxPrice', 'network', 'userData', 'tags', 'allowFrom', 'forward', 'share'] as const;
export type FieldId = (typeof fieldIds)[number];
export type Fields = Readonly<Record<FieldId, string>>;

/** All that the wizard has been told. */
export interface WizardRequest {
  readonly rehearse: boolean;
  /** `fedora@44`; empty: not chosen yet. */
  readonly distros: readonly string[];
  readonly where: readonly Target[];
  /** A cloud's own instance type, by cloud; wins over the size. */
  readonly types: Readonly<Record<string, string>>;
  readonly fields: Fields;
}

/** The defaults of a profile. */
export const defaultFields: Fields = {
  size: 'lab',
  arch: 'amd64',
  ttl: '4h',
  name: '',
  count: '1',
  disk: '',
  diskType: 'ssd',
  spot: 'no',
  maxPrice: '',
  network: 'isolated',
  userData: '',
  tags: '',
  allowFrom: 'auto',
  forward: '',
  share: '',
};

/** User data that stands in the profile as text, and so is no file that could be named. */
export const inlineUserData = '(text of the profile)';

/** The clouds of a request, each once. */
export function cloudsOf({ where }: Pick<WizardRequest, 'where'>): readonly string[] {
  return [...new Set(where.map(({ cloud }) => cloud))];
}

/** The parts of a text that commas separate. */
export function itemsOf(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim()).filter((item) => item !== '');
}
