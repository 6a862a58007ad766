import { userInfo } from 'node:os';

/** The user of the operating system by name; by number where it has none (a container with a user of its own). */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
