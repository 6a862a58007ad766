/** One question with its consequences spelled out. */
export interface Dialog {
  /** Comes back with the answer. */
  readonly tag: string;
  readonly title: string;
  /** What follows from a yes, line by line. */
  readonly lines: readonly string[];
  /** The first is where Enter is, on the safe side. */
  readonly choices: readonly DialogChoice[];
  /** Where set, the dangerous choices wait until exactly this was typed: a session's name. */
  readonly typeToConfirm: string | null;
  /** The choice that Esc means. @default the first */
  readonly escape?: string;
}

export interface DialogChoice {
  readonly id: string;
  /** A single letter that chooses it at once. */
  readonly key: string;
  readonly label: string;
  readonly dangerous: boolean;
}

/** A dialog on the screen. */
export interface OpenDialog {
  readonly dialog: Dialog;
  readonly selected: number;
  readonly typed: string;
}
