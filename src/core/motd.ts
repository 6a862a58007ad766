/** What the machine says at login: whose it is and when it ends. */
export function motd(lab: {
  readonly sessionId: string;
  readonly expiresAt: string | null;
  readonly shutdownDeletes: boolean;
  readonly stoppedIsBilled: boolean;
}): readonly string[] {
  return [`This machine is the lab ${lab.sessionId}, made by labtui.`, endOf(lab), `Now: labtui destroy ${lab.sessionId}`];
}

function endOf({ expiresAt, shutdownDeletes, stoppedIsBilled }: Parameters<typeof motd>[0]): string {
  if (expiresAt === null) return 'It has no deadline: it runs until somebody destroys it.';
  const then = shutdownDeletes ? ', and a shutdown deletes it' : stoppedIsBilled ? ', but is billed until somebody destroys it' : '';
  return `It shuts itself down at ${expiresAt}${then}.`;
}
