import { expect, it, vi } from 'vitest';

it('is the SDK\'s form, and another one in every process at the same moment', async () => {
  const names: string[] = [];
  for (let started = 0; started < 20; started += 1) {
    vi.resetModules();
    const { uniqueName } = await import('../../../src/rehearsal/aws/terraform/unique-name.ts');
    names.push(uniqueName('terraform-', 1_795_000_000_000), uniqueName('terraform-', 1_795_000_000_000));
  }
  expect(names.filter((name) => !/^terraform-\d{18}[0-9a-f]{8}$/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
