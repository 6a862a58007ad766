import { describe, expect, it } from 'vitest';
import { PlainWriter } from '../../../src/tui/terminal/plain-writer.ts';

function open(): { readonly show: (...lines: readonly string[]) => string; readonly key: () => void; readonly later: (ms: number) => void; readonly writer: PlainWriter } {
  let nowMs = 0;
  let written = '';
  const writer = new PlainWriter({ columns: 40, rows: 10, write: (text) => (written += text) }, () => nowMs);
  return {
    writer,
    show: (...lines) => {
      written = '';
      writer.write(lines.join('\n'));
      return written;
    },
    key: () => writer.keyPressed(),
    later: (ms) => {
      nowMs += ms;
    },
  };
}

describe('the plain face', () => {
  it('prints what a screen says once: no styles, rules, blanks or movements', () => {
    const { show } = open();
    expect(show('\u001b[1m labtui\u001b[22m          ', '────────', '', ' ▸ kernel-lab   ready', '   old-rocky    expired', '--------', ' q quit')).toBe(
      ' labtui\n ▸ kernel-lab   ready\n   old-rocky    expired\n q quit\n',
    );
  });

  it('prints only the lines that are new, wherever they stand', () => {
    const { show } = open();
    show('labs', 'one ready', 'two ready');
    expect(show('labs', '', 'one ready', 'two failed', 'three applying')).toBe('two failed\nthree applying\n');
    expect(show('labs', 'one ready', 'two failed', 'three applying')).toBe('');
    expect(show('labs', 'two failed')).toBe('');
  });

  it('is silent about numbers, bars and times that go on by themselves', () => {
    const { show } = open();
    show('aws  applying  11 s  ███░░░░ 40 %', 'left 3 h 52');
    expect(show('aws  applying  12.5 s  █████░░ 67 %', 'left 3 h 51')).toBe('');
    expect(show('aws  ready  13 s  ███████ 100 %', 'left 3 h 51')).toBe('aws  ready  13 s  ███████ 100 %\n');
  });

  it('prints whatever a key changes, numbers too, and no longer than that', () => {
    const { show, key, later } = open();
    show('count 1', 'ttl 4 h');
    key();
    expect(show('count 2', 'ttl 4 h')).toBe('count 2\n');
    later(1_000);
    expect(show('count 3', 'ttl 4 h')).toBe('');
  });

  it('says the line that the cursor came to, not the one it left', () => {
    const { show, key } = open();
    show(' ▸ aws', '   gcp', '   azure');
    key();
    expect(show('   aws', ' ▸ gcp', '   azure')).toBe(' ▸ gcp\n');
    key();
    expect(show(' > aws', '   gcp', '   azure')).toBe(' > aws\n');
  });

  it('says all of it again when it comes back, and nothing while it is away', () => {
    const { show, writer } = open();
    show('labs');
    writer.mute();
    expect(show('labs', 'more')).toBe('');
    writer.unmute();
    expect(show('labs', 'more')).toBe('labs\nmore\n');
    writer.forget();
    expect(show('labs', 'more')).toBe('');
  });
});
