import type { Dialog } from './dialog.ts';

export interface Doomed {
  readonly id: string;
  readonly name: string;
  readonly rehearsed: boolean;
  /** What goes, as far as it is known: clouds, or addresses of resources. */
  readonly what: readonly string[];
}

/** Before a lab is destroyed. A real one wants its name typed; a rehearsed one costs nothing. The answer `destroy` means it. */
export function destroyDialog({ id, name, rehearsed, what }: Doomed): Dialog {
  return {
    tag: `destroy ${id}`,
    title: `Destroy ${name}?`,
    lines: [
      rehearsed ? 'It is a rehearsal: nothing real is touched.' : 'It is a real lab: all of it goes, with what is on its disks.',
      `labtui destroy ${id}`,
      ...(what.length === 0 ? [] : ['', 'What goes:', ...what.map((each) => `  ${each}`)]),
    ],
    choices: [
      { id: 'keep', key: 'n', label: 'keep it', dangerous: false },
      { id: 'destroy', key: 'y', label: 'destroy it', dangerous: true },
    ],
    typeToConfirm: rehearsed ? null : name,
  };
}

/** The arguments behind a dialog's answer; null: nothing is to be done. */
export function destroyArgs(tag: string, choice: string): readonly string[] | null {
  return choice === 'destroy' && tag.startsWith('destroy ') ? ['destroy', tag.slice('destroy '.length), '--auto-approve'] : null;
}
