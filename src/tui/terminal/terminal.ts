const alternateScreen = '\u001b[?1049h';
const mainScreen = '\u001b[?1049l';
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearScreen = '\u001b[2J\u001b[H';

/** Takes the terminal's second screen. */
export function enterScreen(stdout: { write(text: string): unknown }): void {
  stdout.write(`${alternateScreen}${hideCursor}${clearScreen}`);
}

/** Gives the first one back, with cursor and styles as they were. */
export function leaveScreen(stdout: { write(text: string): unknown }): void {
  stdout.write(`\u001b[0m${showCursor}${mainScreen}`);
}

/** Puts a text into the terminal's clipboard (OSC 52), also over SSH and inside tmux where that is allowed. */
export function clipboardSequence(text: string): string {
  return `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;
}
