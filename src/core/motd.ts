/** What the machine says at login: whose it is and when it ends. */
export function motd(lab: { readonly sessionId: string; readonly expiresAt: string | null; readonly shutdownDeletes: boolean }): readonly string[] {
  const end =
    lab.expiresAt === null
      ? 'It has no deadline: it runs until somebody destroys it.'
      : `It shuts itself down at ${lab.expiresAt}${lab.shutdownDeletes ? ', and a shutdown deletes it' : ''}.`;
  return [`This machine is the lab ${lab.sessionId}, made by labtui.`, end, `Now: labtui destroy ${lab.sessionId}`];
}
