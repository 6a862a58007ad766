/** The day an image was made, `YYYYMMDD`, and the last number of the version it is of. */
export interface ImageEdition {
  readonly day: string;
  readonly minor: number;
}

/**
 * A name that a glob of DescribeImages (`*` any text, `?` one character) matches, for an edition: `debian-12-amd64-*`
 * becomes `debian-12-amd64-20261110`, `Rocky-9-EC2-Base-9.*.x86_64` becomes `Rocky-9-EC2-Base-9.7-20261110.x86_64`. Only
 * the shape is like that of real names.
 */
export function nameOfPattern(pattern: string, { day, minor }: ImageEdition): string {
  const parts = pattern.replace(/\?+/g, (marks) => day.slice(-marks.length).padStart(marks.length, '0')).split('*');
  const stars = parts.length - 1;
  let isDated = pattern.includes('?');
  let name = parts[0] ?? '';
  for (let star = 1; star <= stars; star += 1) {
    const after = parts[star] ?? '';
    const filled = fill(name, star === stars);
    // Between two words of the pattern that touch: `nixos/26.05*x86_64-linux`.
    name += `${filled !== '' && /\d$/.test(name) ? '.' : ''}${filled}${filled !== '' && /^[a-z]/i.test(after) ? '-' : ''}${after}`;
  }
  return name;

  function fill(before: string, isLast: boolean): string {
    if (before.endsWith("kernel-")) return '6.12';
    if (!isDated && (isLast || !/\d\.$/.test(before))) {
      isDated = true;
      return /\d\.$/.test(before) ? `${minor}-${day}` : day;
    }
    if (/\d\.$/.test(before)) return String(minor);
    return before.endsWith("-") ? '0' : '';
  }
}

/** Whether DescribeImages' `name` filter finds the name. */
export function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}
