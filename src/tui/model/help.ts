/** The help overlay: only how far it is scrolled. */
export interface HelpState {
  readonly offset: number;
}

export function openHelp(): HelpState {
  return { offset: 0 };
}

/** null: it is closed. */
export function helpKey({ offset }: HelpState, key: string): HelpState | null {
  if (key === 'down' || key === 'j') return { offset: offset + 1 };
  if (key === 'up' || key === 'k') return { offset: Math.max(0, offset - 1) };
  if (key === 'pagedown' || key === 'space') return { offset: offset + 10 };
  if (key === 'pageup') return { offset: Math.max(0, offset - 10) };
  return null;
}
