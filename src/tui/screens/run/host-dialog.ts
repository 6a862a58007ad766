import type { Dialog } from '../../model/dialog.ts';

/** Which machine? The answer is its name, or nothing. */
export function hostDialog(hosts: readonly string[]): Dialog {
  return {
    tag: 'host',
    title: 'Which machine?',
    lines: [],
    choices: [...hosts.map((name, index) => ({ id: name, key: String(index + 1), label: name, dangerous: false })), { id: '', key: 'q', label: 'none', dangerous: false }],
    typeToConfirm: null,
    escape: '',
  };
}
