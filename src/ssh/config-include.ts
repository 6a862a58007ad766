import { invalidInput } from '../core/errors.ts';

const mark = '# labtui: the machines of live labs; `labtui ssh-config --uninstall` takes these two lines away';

/**
 * The pattern that names the ssh/config of every live session below a sessions directory. Throws invalid-input for a path that ssh would
 * read in another way.
 */
export function configPattern(sessionsRoot: string): string {
  const awkward = /[%*?[\]\\"${}\n]/.exec(sessionsRoot);
  if (awkward !== null) throw invalidInput(`ssh does not take the sessions directory's path, for its ${JSON.stringify(awkward[0])}: ${sessionsRoot}`, 'another --sessions-dir, or per session: ssh -F <(labtui ssh-config S) ALIAS');
  return `${sessionsRoot}/*/ssh/config`;
}

/** Whether a configuration has the line for that pattern. */
export function includes(text: string, pattern: string): boolean {
  return text.includes(block(pattern));
}

/** With the line for that pattern at the top, where it holds for every host; the rest stays byte for byte. */
export function withInclude(text: string, pattern: string): string {
  return includes(text, pattern) ? text : `${block(pattern)}${text}`;
}

/** Without it; the rest stays byte for byte. */
export function withoutInclude(text: string, pattern: string): string {
  return text.replaceAll(block(pattern), '');
}

/** Whether lines of other sessions directories are in it. */
export function includesOthers(text: string): boolean {
  return text.includes(mark);
}

function block(pattern: string): string {
  return `${mark}\nInclude "${pattern}"\n\n`;
}
