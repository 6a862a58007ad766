import type { CommandInfo } from '../port.ts';
import { commandState } from '../screens/command/state.ts';
import type { Binding } from './screen.ts';
import type { ScreenState } from './screens.ts';

/** One line of the palette: an action of this screen, or a command of the command line. */
export type PaletteEntry =
  | { readonly kind: 'binding'; readonly title: string; readonly help: string; readonly keys: string; readonly disabled: string | null; readonly binding: Binding }
  | { readonly kind: 'command'; readonly title: string; readonly help: string; readonly keys: string; readonly disabled: null; readonly screen: ScreenState };

export interface PaletteState {
  readonly entries: readonly PaletteEntry[];
  readonly filter: string;
  readonly selected: number;
}

type Chosen = PaletteEntry | null;

/** Every action of the screen, then every command that the command line has. */
export function openPalette(bindings: readonly Binding[], commands: readonly CommandInfo[]): PaletteState {
  const own = bindings
    .filter(({ action }) => action !== 'app:palette' && !action.startsWith('move:'))
    .map((binding): PaletteEntry => ({ kind: 'binding', title: binding.label, help: binding.help, keys: binding.keys[0] ?? '', disabled: binding.disabled, binding }));
  const all = commands.map((command): PaletteEntry => ({ kind: 'command', title: `labtui ${command.name}`, help: command.description, keys: '', disabled: null, screen: commandState(command) }));
  return { entries: [...own, ...all], filter: '', selected: 0 };
}

/** The entries that fit what was typed: each word must occur, in title or help; titles first. */
export function matching({ entries, filter }: PaletteState): readonly PaletteEntry[] {
  const words = filter.toLowerCase().split(' ').filter(Boolean);
  if (words.length === 0) return entries;
  const fits = entries.filter(({ title, help }) => words.every((word) => `${title} ${help}`.toLowerCase().includes(word)));
  const inTitle = ({ title }: PaletteEntry): number => (words.every((word) => title.toLowerCase().includes(word)) ? 0 : 1);
  return fits.toSorted((a, b) => inTitle(a) - inTitle(b));
}

/** A key in the palette: the palette as it is then, or what was chosen; null: nothing. */
export function paletteKey(palette: PaletteState, key: string, text: string): { readonly palette: PaletteState } | { readonly chosen: Chosen } {
  const { filter, selected } = palette;
  const found = matching(palette);
  const move = (by: number) => ({ palette: { ...palette, selected: Math.max(0, Math.min(found.length - 1, selected + by)) } });
  switch (key) {
    case 'escape':
    case 'ctrl-c':
      return { chosen: null };
    case 'enter': {
      const entry = found[selected];
      return entry === undefined ? { palette } : { chosen: entry };
    }
    case 'down':
    case 'tab':
      return move(1);
    case 'up':
    case 'shift-tab':
      return move(-1);
    case 'pagedown':
      return move(10);
    case 'pageup':
      return move(-10);
    case 'backspace':
      return { palette: { ...palette, filter: filter.slice(0, -1), selected: 0 } };
    default:
      return text === '' ? { palette } : { palette: { ...palette, filter: filter + text, selected: 0 } };
  }
}
