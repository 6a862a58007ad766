const labels: Readonly<Record<string, string>> = { enter: '⏎', escape: 'Esc', up: '↑', down: '↓', left: '←', right: '→', tab: 'Tab', 'shift-tab': 'S-Tab', space: 'Space', pageup: 'PgUp', pagedown: 'PgDn', backspace: '⌫' };

/** A key as it is shown: `⏎`, `Esc`, `^D`, `n`. */
export function keyLabel(key: string): string {
  if (key.startsWith('ctrl-')) return `^${key.slice(5).toUpperCase()}`;
  return labels[key] ?? key;
}
