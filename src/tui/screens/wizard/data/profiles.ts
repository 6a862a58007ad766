import { isTrue, objectsOf, textAt, textsOf } from './json.ts';

/** A profile that can be started from, as `profiles list --json` has it. */
export interface ProfileOption {
  /** What `--profile` takes. */
  readonly ref: string;
  readonly label: string;
  readonly distro: readonly string[];
  readonly cloud: readonly string[];
  /** What is wrong with its file. */
  readonly problem: string | null;
}

/** null where the document is none of `profiles list`. */
export function profilesFrom(document: unknown): readonly ProfileOption[] | null {
  if (!Array.isArray(document)) return null;
  return objectsOf(document).map((profile) => {
    const label = textAt(profile, 'label') ?? '';
    // Another file of its name comes first: only its path means it.
    const ref = isTrue(profile, 'shadowed') ? label : (textAt(profile, 'name') ?? label);
    return { ref, label, distro: textsOf(profile.distro), cloud: textsOf(profile.cloud), problem: textAt(profile, 'problem') };
  });
}
