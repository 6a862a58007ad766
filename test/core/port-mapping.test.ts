import { describe, expect, it } from 'vitest';
import { endpoint, readPortMapping } from '../../src/core/port-mapping.ts';

describe('a port mapping', () => {
  it.each([
    ['8080', { bind: '127.0.0.1', port: 8080, host: 'localhost', hostPort: 8080 }],
    ['8080:80', { bind: '127.0.0.1', port: 8080, host: 'localhost', hostPort: 80 }],
    ['0:80', { bind: '127.0.0.1', port: 0, host: 'localhost', hostPort: 80 }],
    ['5432:db.internal:5433', { bind: '127.0.0.1', port: 5432, host: 'db.internal', hostPort: 5433 }],
    ['8080:[fd00::2]:80', { bind: '127.0.0.1', port: 8080, host: 'fd00::2', hostPort: 80 }],
    ['localhost:8080:localhost:80', { bind: '127.0.0.1', port: 8080, host: 'localhost', hostPort: 80 }],
    ['[::1]:8080:10.0.0.7:80', { bind: '::1', port: 8080, host: '10.0.0.7', hostPort: 80 }],
  ])('%s', (text, mapping) => {
    expect(readPortMapping(text)).toEqual({ ok: true, mapping });
  });

  it.each(['0.0.0.0:8080:localhost:80', '192.0.2.1:8080:localhost:80', '[::]:8080:localhost:80'])('%s is refused: it is for others', (text) => {
    expect(readPortMapping(text)).toMatchObject({ ok: false, reason: expect.stringContaining('for others than this computer') as string });
  });

  it.each(['', ':', '8080:', ':80', 'http', '70000:80', '80:0', '8080:-x:80', '8080:a b:80', '1:2:3:4:5', '8080:fd00::2:80', '[8080]x:80', '8080:http'])('%j is none', (text) => {
    expect(readPortMapping(text).ok).toBe(false);
  });

  it('shows where it is', () => {
    expect([endpoint('127.0.0.1', 80), endpoint('::1', 80)]).toEqual(['127.0.0.1:80', '[::1]:80']);
  });
});
