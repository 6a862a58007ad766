import type { Profile } from '../core/profile.ts';
import { displayPath, resolvePath, type Surroundings } from './places.ts';
import { readTextFile } from './read-text.ts';

/**
 * The text of the profile's user data, read from its file where it names one (at most 1 MiB); null: none. Rejects with
 * kind not-found where there is no such file, invalid-input where it is no text.
 */
export async function readUserData(userData: Profile['userData'], surroundings: Surroundings): Promise<string | null> {
  if (userData === null || typeof userData === 'string') return userData;
  const file = resolvePath(userData.file, surroundings.cwd, surroundings.home);
  return readTextFile(file, displayPath(file, surroundings), 'user data file');
}
