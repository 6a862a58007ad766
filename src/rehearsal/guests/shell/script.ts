/** A shell script as parsed: the part of POSIX sh that a simulated guest knows. */
export type Node =
  | SimpleCommand
  | { readonly kind: 'pipe'; readonly parts: readonly Node[] }
  | { readonly kind: 'not'; readonly node: Node }
  | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'background'; readonly node: Node }
  | { readonly kind: 'if'; readonly branches: readonly { readonly condition: Script; readonly body: Script }[]; readonly otherwise: Script | null }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[] | null; readonly body: Script }
  | { readonly kind: 'while'; readonly until: boolean; readonly condition: Script; readonly body: Script }
  | { readonly kind: 'case'; readonly word: Word; readonly arms: readonly { readonly patterns: readonly Word[]; readonly body: Script }[] }
  | { readonly kind: 'group' | 'subshell'; readonly body: Script }
  | { readonly kind: 'function'; readonly name: string; readonly body: Node }
  | { readonly kind: 'redirected'; readonly node: Node; readonly redirects: readonly Redirect[] };

export type Script = readonly Node[];

export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

export type Redirect =
  | { readonly kind: 'read' | 'write' | 'append'; readonly fd: number; readonly target: Word }
  | { readonly kind: 'duplicate'; readonly fd: number; readonly target: Word }
  | HereDocument;

/** Its text is read after the line it stands in. */
export interface HereDocument {
  readonly kind: 'here';
  readonly fd: number;
  body: Word;
}

export type Word = readonly Piece[];

export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean; readonly otherwise: Otherwise | null }
  | { readonly kind: 'command'; readonly script: Script; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: Word };

/** `${NAME:-WORD}` and its kin. */
export interface Otherwise {
  readonly operator: '-' | '+' | '=' | '?';
  /** With the colon, an empty value counts as none. */
  readonly orEmpty: boolean;
  readonly word: Word;
}

/** The script cannot be understood. `incomplete`: more lines may make it whole. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
  readonly incomplete: boolean;

  constructor(message: string, incomplete = false) {
    super(message);
    this.incomplete = incomplete;
  }
}
