import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readme, withDistroTable } from './distro-table.ts';

describe('README', () => {
  it('shows the distributions as the catalogue has them (npm run docs writes the table anew)', async () => {
    const text = readFileSync(readme, 'utf8');
    expect(await withDistroTable(text)).toBe(text);
    expect(text).toContain('| `debian@12` | amd64, arm64 | amd64, arm64 | amd64, arm64 |');
  });
});
