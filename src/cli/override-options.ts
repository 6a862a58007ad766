import { Option } from 'commander';
import { overrideFlags } from '../input/override-flags.ts';

/** The flags that override a profile, as commander takes them. Their environment twins are read with the profile. */
export function overrideOptions(): readonly Option[] {
  return [...overrideFlags.values()].flatMap(({ flag, argument, list, help }) => {
    if (argument === null) return [new Option(flag, help), new Option(flag.replace('--', '--no-'), `no ${flag.slice(2)}`)];
    const option = new Option(`${flag} <${argument.toLowerCase()}>`, help);
    // Repeatable, but never greedy: what follows the value may be an argument of the command.
    return [list ? option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]) : option];
  });
}
