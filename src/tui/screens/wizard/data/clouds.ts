import { isTrue, objectAt, objectsOf, textAt, textsOf } from './json.ts';

/** A cloud, as `clouds --json` has it. */
export interface CloudOption {
  readonly id: string;
  readonly title: string;
  /** labtui can create machines there. */
  readonly apply: boolean;
  /** Its machines run here, slowly where they are emulated: nobody's default. */
  readonly onThisComputer: boolean;
  /** It can be rehearsed. */
  readonly simulated: boolean;
  readonly spot: boolean;
  readonly arm64: boolean;
  readonly defaultNetwork: boolean;
  readonly diskTypes: readonly string[];
  readonly defaultRegion: string | null;
  /** Shape of its instance types' names. */
  readonly typePattern: RegExp;
}

/** null where the document is none of `clouds`. */
export function cloudsFrom(document: unknown): readonly CloudOption[] | null {
  if (!Array.isArray(document)) return null;
  return objectsOf(document).map((cloud) => {
    const capabilities = objectAt(cloud, 'capabilities');
    const id = textAt(cloud, 'id') ?? '';
    return {
      id,
      title: textAt(cloud, 'title') ?? id,
      apply: isTrue(capabilities, 'apply'),
      onThisComputer: isTrue(capabilities, 'onThisComputer'),
      simulated: isTrue(cloud, 'simulated'),
      spot: isTrue(capabilities, 'spot'),
      arm64: isTrue(capabilities, 'arm64'),
      defaultNetwork: isTrue(capabilities, 'defaultNetwork'),
      diskTypes: textsOf(capabilities.diskTypes),
      defaultRegion: textAt(cloud, 'defaultRegion'),
      typePattern: patternFrom(textAt(cloud, 'instanceTypePattern')),
    };
  });
}

function patternFrom(source: string | null): RegExp {
  try {
    return new RegExp(source ?? '');
  } catch {
    // The cloud judges the name then.
    return /(?:)/;
  }
}
