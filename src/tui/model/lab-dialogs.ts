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

const extensions = ['1h', '2h', '4h', '8h'] as const;

/** How much longer a lab is to live. */
export function extendDialog({ id, name }: Pick<Doomed, 'id' | 'name'>): Dialog {
  return {
    tag: `extend ${id}`,
    title: `Give ${name} more time?`,
    lines: ['Its deadline moves while its machines run; what cannot be moved is named.', `labtui extend ${id} 2h`],
    choices: [
      { id: 'keep', key: 'n', label: 'leave it', dangerous: false },
      ...extensions.map((by) => ({ id: by, key: by.slice(0, 1), label: by, dangerous: false })),
    ],
    typeToConfirm: null,
  };
}

/** The arguments behind the answer; null: nothing is to be done. */
export function extendArgs(tag: string, choice: string): readonly string[] | null {
  const by = extensions.find((one) => one === choice);
  return by !== undefined && tag.startsWith('extend ') ? ['extend', tag.slice('extend '.length), by] : null;
}

/** Before a lab is stopped. The answer `stop` means it. */
export function stopDialog({ id, name }: Pick<Doomed, 'id' | 'name'>): Dialog {
  return {
    tag: `stop ${id}`,
    title: `Stop ${name}?`,
    lines: ['Whatever runs on it ends. Its disks stay, and go on costing; its address may be another at the next start.', 'Its deadline stands.', `labtui stop ${id}`],
    choices: [
      { id: 'keep', key: 'n', label: 'let it run', dangerous: false },
      { id: 'stop', key: 'y', label: 'stop it', dangerous: true },
    ],
    typeToConfirm: null,
  };
}

/** The arguments behind the answer; null: nothing is to be done. */
export function stopArgs(tag: string, choice: string): readonly string[] | null {
  return choice === 'stop' && tag.startsWith('stop ') ? ['stop', tag.slice('stop '.length)] : null;
}
