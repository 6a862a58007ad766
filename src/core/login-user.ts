import type { FirstLogin } from './clouds.ts';

/** The login user of an image whose metadata names none for the cloud; null: any name that is asked for. */
export function loginUser(login: FirstLogin | undefined, imageUser: string): string | null {
  switch (login) {
    case 'root':
      return 'root';
    case 'any':
      return null;
    case 'image':
    case undefined:
      return imageUser;
  }
}
