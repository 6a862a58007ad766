import { describe, expect, it } from 'vitest';
import { newPart } from '../../src/lab/console.ts';

describe('newPart', () => {
  it('is what was written since', () => {
    expect(newPart('', 'boot\n')).toBe('boot\n');
    expect(newPart('boot\n', 'boot\nlogin:\n')).toBe('login:\n');
    expect(newPart('boot\n', 'boot\n')).toBe('');
  });

  it('is found where the cloud dropped the beginning', () => {
    const start = Array.from({ length: 900 }, (_, index) => `line ${index}\n`).join('');
    expect(newPart(start, `${start.slice(-3_000)}more\n`)).toBe('more\n');
  });

  it('is all of it after a restart', () => {
    expect(newPart('first boot\n', 'second boot\n')).toBe('second boot\n');
  });
});
