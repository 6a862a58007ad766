import type { Sight, TerminalEmulator } from './terminal-emulator.ts';

/** Somebody at a terminal: does what was asked for, looks for what is to come of it, and counts the keys. */
export class TerminalPlayer {
  readonly terminal: TerminalEmulator;
  /** Keys pressed so far; each character that was typed is one. */
  keys = 0;

  constructor(terminal: TerminalEmulator) {
    this.terminal = terminal;
  }

  async press(...keys: readonly string[]): Promise<void> {
    this.keys += keys.length;
    await this.terminal.send(...keys);
  }

  type(text: string): void {
    this.keys += Array.from(text).length;
    this.terminal.type(text);
  }

  /** Waits until it is seen. What takes Terraform is given the time that it takes on a busy computer. */
  async sees(sight: Sight, timeoutMs = 180_000): Promise<string> {
    return (await this.terminal.waitFor(sight, { timeoutMs })).join('\n');
  }
}
