import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openKeyboard } from '../../../src/tui/terminal/keyboard.ts';

/** What a keyboard makes of what a terminal sends, each piece in a read of its own. */
async function keysOf(...pieces: readonly string[]): Promise<readonly string[]> {
  const stdin = Object.assign(new EventEmitter(), { setRawMode: () => undefined, resume: () => undefined, pause: () => undefined });
  const keys: string[] = [];
  const keyboard = openKeyboard(stdin as unknown as NodeJS.ReadStream, { write: () => undefined }, (key, text) => keys.push(text === '' ? key : `${key}=${text}`));
  keyboard.resume();
  for (const piece of pieces) {
    stdin.emit('data', Buffer.from(piece));
    await sleep(80);
  }
  keyboard.pause();
  stdin.emit('data', Buffer.from('nobody listens'));
  return keys;
}

describe('keys', () => {
  it.each([
    [['aA?'], ['a=a', 'A=A', '?=?']],
    [['é', '日', '👍'], ['é=é', '日=日', '👍=👍']],
    [[' \r\n\t\u001b[Z\u007f'], ['space= ', 'enter', 'enter', 'tab', 'shift-tab', 'backspace']],
    [['\u001b[A\u001bOB\u001b[C\u001b[D'], ['up', 'down', 'right', 'left']],
    [['\u001b[H\u001b[4~\u001b[5~\u001b[6~\u001b[3~'], ['home', 'end', 'pageup', 'pagedown', 'delete']],
    [['\u0003\u001a\u0015'], ['ctrl-c', 'ctrl-z', 'ctrl-u']],
    [['\u001b'], ['escape']],
    [['\u001b', '\u001b', 'q'], ['escape', 'escape', 'q=q']],
  ])('%j are %j', async (pieces, keys) => {
    expect(await keysOf(...pieces)).toEqual(keys);
  });

  it('Esc and a key that came in one piece are two keys', async () => {
    expect(await keysOf('\u001bq', '\u001bQ', '\u001b\r', '\u001b\u0003')).toEqual(['escape', 'q=q', 'escape', 'Q=Q', 'escape', 'enter', 'escape', 'ctrl-c']);
  });

  it('a paste is one key, whatever is in it, also in pieces', async () => {
    expect(await keysOf('\u001b[200~two words\nand q\u001b[201~x')).toEqual(['paste=two words and q', 'x=x']);
    expect(await keysOf('\u001b[200~one', ' two\u001b[201~')).toEqual(['paste=one two']);
    expect(await keysOf('\u001b[200~\u001b[201~')).toEqual([]);
  });
});
