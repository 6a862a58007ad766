/** Who labs belong to, and where that name is from. */
export interface Owner {
  readonly name: string;
  /** `user@host` of this computer; else it was given: LABTUI_OWNER, a CI's repository. */
  readonly ofComputer: boolean;
}

/**
 * Whether a lab with this owner's tag belongs to the one who asks. A name that was given is compared as it is; of `user@host` the user
 * counts, since labs are a person's, also those made on another computer.
 */
export function isOwn(owner: string, { name, ofComputer }: Owner): boolean {
  if (owner === name) return true;
  const [mine, theirs] = [userOf(name), userOf(owner)];
  return ofComputer && mine !== null && mine === theirs;
}

function userOf(name: string): string | null {
  return /^([^@/\s]+)@[^@/\s]+$/.exec(name)?.[1] ?? null;
}
