import type { CommandInfo } from '../../port.ts';
import { type TextField, textField } from '../../model/text-field.ts';

/** Any command of the command line: its arguments are typed, what it prints is read. */
export interface CommandState {
  readonly kind: 'command';
  readonly command: CommandInfo;
  readonly args: TextField;
  readonly phase: 'editing' | 'running' | 'ended';
  readonly exitCode: number | null;
  readonly lines: readonly string[];
  /** First line that is seen. */
  readonly offset: number;
}

/** `args`: what is typed already, such as a session's id. */
export function commandState(command: CommandInfo, args = ''): CommandState {
  return { kind: 'command', command, args: textField(args), phase: 'editing', exitCode: null, lines: [], offset: 0 };
}
