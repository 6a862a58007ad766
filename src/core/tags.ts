/** Tag keys that every resource of a session carries (contract §4). */
export const tagKeys = {
  marker: 'labtui',
  session: 'labtui-session-id',
  created: 'labtui-timestamp',
  expires: 'labtui-expires',
  owner: 'labtui-owner',
} as const;

export interface SessionTags {
  readonly sessionId: string;
  readonly createdAt: string;
  /** null: no TTL. */
  readonly expiresAt: string | null;
  readonly owner: string;
}

/** The user's tags with labtui's own, which win. */
export function sessionTags(session: SessionTags, userTags: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...userTags,
    [tagKeys.marker]: 'true',
    [tagKeys.session]: session.sessionId,
    [tagKeys.created]: session.createdAt,
    [tagKeys.expires]: session.expiresAt ?? 'never',
    [tagKeys.owner]: session.owner,
  };
}
