import type { Answer } from '../../../port.ts';
import { isObject, isTrue, objectsOf, textAt } from './json.ts';
import { type Trouble, troubleOf } from './loaded.ts';

/** Who one is at a cloud, or what is missing to be somebody. */
export type Identity = { readonly is: 'asking' } | { readonly is: 'known'; readonly who: string } | { readonly is: 'missing'; readonly trouble: Trouble };

export interface Examined {
  readonly identity: Identity;
  /** What every lab lacks on this computer, whatever its cloud: Terraform, a place for sessions. */
  readonly lacking: readonly Trouble[];
}

/** What `doctor --cloud C --json` found; it says so also where it ends with 4. */
export function examinedFrom(answer: Answer, cloud: string): Examined {
  const [document] = answer.documents;
  if (!isObject(document) || !Array.isArray(document.checks)) return { identity: { is: 'missing', trouble: troubleOf(answer) }, lacking: [] };
  const checks = objectsOf(document.checks);
  const ofCloud = checks.filter((check) => check.cloud === cloud);
  const own = checks.find((check) => check.name === `${cloud} credentials`) ?? ofCloud.find((check) => !isTrue(check, 'ok') && !isTrue(check, 'optional')) ?? ofCloud[0];
  const lacking = checks.filter((check) => check !== own && !ofCloud.includes(check) && !isTrue(check, 'ok') && !isTrue(check, 'optional')).map((check) => ({ summary: `${textAt(check, 'name') ?? ''}: ${textAt(check, 'found') ?? 'missing'}`, hint: textAt(check, 'fix') }));
  if (own === undefined) return { identity: { is: 'missing', trouble: { summary: `nothing is known of credentials for ${cloud}`, hint: `labtui doctor --cloud ${cloud}` } }, lacking };
  const found = own.name === `${cloud} credentials` || !isTrue(own, 'ok') ? (textAt(own, 'found') ?? '') : 'no account needed';
  return { identity: isTrue(own, 'ok') ? { is: 'known', who: found } : { is: 'missing', trouble: { summary: found, hint: textAt(own, 'fix') } }, lacking };
}
