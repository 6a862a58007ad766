import type { Dialog, OpenDialog } from './dialog.ts';

export function openDialog(dialog: Dialog): OpenDialog {
  return { dialog, selected: 0, typed: '' };
}

/** Why a choice cannot be taken yet; null: it can. */
export function refusalOf({ dialog, typed }: OpenDialog, index: number): string | null {
  const choice = dialog.choices[index];
  if (choice?.dangerous !== true || dialog.typeToConfirm === null || typed === dialog.typeToConfirm) return null;
  return `type ${dialog.typeToConfirm} first`;
}

/** A key in a dialog: the dialog as it is then, or the answer. Esc and Ctrl-C change nothing. */
export function dialogKey(open: OpenDialog, key: string, text: string): { readonly open: OpenDialog } | { readonly choice: string; readonly typed: string } {
  const { dialog, selected, typed } = open;
  const choose = (index: number) => {
    const choice = dialog.choices[index];
    return choice === undefined || refusalOf(open, index) !== null ? { open: { ...open, selected: index } } : { choice: choice.id, typed };
  };
  const move = (by: number) => ({ open: { ...open, selected: (selected + by + dialog.choices.length) % dialog.choices.length } });
  if (key === 'escape' || key === 'ctrl-c') return { choice: dialog.escape ?? dialog.choices[0]?.id ?? '', typed };
  if (key === 'enter') return choose(selected);
  if (key === 'right' || key === 'down' || key === 'tab') return move(1);
  if (key === 'left' || key === 'up' || key === 'shift-tab') return move(-1);
  if (dialog.typeToConfirm !== null) {
    if (key === 'backspace') return { open: { ...open, typed: typed.slice(0, -1) } };
    if (text === '') return { open };
    const next = typed + text;
    // What was asked for is typed: the next Enter means it.
    const armed = dialog.choices.findIndex(({ dangerous }) => dangerous);
    return { open: { ...open, typed: next, selected: next === dialog.typeToConfirm && armed >= 0 ? armed : 0 } };
  }
  const index = dialog.choices.findIndex((choice) => choice.key === key);
  return index < 0 ? { open } : choose(index);
}
