import { describe, expect, it } from 'vitest';
import { chaos } from '../chaos/chaos.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { skipLoudly } from '../support/labtui.ts';

const skip = skipLoudly('chaos', await missingTools(['terraform']));

describe.skipIf(skip)('labtui or Terraform killed at a random moment', () => {
  it('cleanup leaves nothing that a state knew, and lists what none knew', async () => {
    const told: string[] = [];
    const complaints = await chaos(6, 20_261_121, (text) => told.push(text));
    expect(complaints, told.join('\n')).toEqual([]);
  });
});
