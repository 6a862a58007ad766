import * as z from 'zod';

const claims = z.object({
  upn: z.string().optional(),
  unique_name: z.string().optional(),
  preferred_username: z.string().optional(),
  email: z.string().optional(),
  app_displayname: z.string().optional(),
  appid: z.string().optional(),
  oid: z.string().optional(),
});

/** Whom an access token belongs to, as it says itself: a user's name, else an application's or an object's id. */
export function principalIn(token: string): string {
  const known = claimsIn(token);
  const user = known?.upn ?? known?.unique_name ?? known?.preferred_username ?? known?.email;
  if (user !== undefined) return user;
  if (known?.appid !== undefined) return `service principal ${known.app_displayname ?? known.appid}`;
  return known?.oid ?? 'unknown (the token names nobody)';
}

function claimsIn(token: string): z.output<typeof claims> | null {
  try {
    return claims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}
