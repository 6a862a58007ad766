import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';

/** A cloud on which the life of a lab is tried with a real account. */
export interface LiveCloud {
  readonly cloud: string;
  readonly title: string;
  /** Of an image with cloud-init. */
  readonly distro: string;
  /** What it makes, and what that costs at most: said before anything is made. */
  readonly cost: string;
  /** Names of the caller's variables that its credentials are made of; everything else stays out. */
  readonly variables: RegExp;
  /** Where the caller's own configuration is: the labs run with a home of their own. */
  readonly configuration: (home: string) => Readonly<Record<string, string>>;
}

/**
 * The life of a lab on a real account. It costs money, so it runs only when asked for by name, with credentials at hand:
 *   LABTUI_LIVE=aws AWS_PROFILE=... npm run test:live      several: LABTUI_LIVE=aws,azure,gcp
 */
export function liveLab({ cloud, title, distro, cost, variables, configuration }: LiveCloud): void {
  const asked = (process.env.LABTUI_LIVE ?? '').split(',').includes(cloud);
  const reason = asked ? null : `NOT RUN: it creates real machines; ask with LABTUI_LIVE=${cloud}, and credentials for an account`;
  const skip = skipLoudly(`the life of a lab on a real ${title} account`, reason);
  const unique = `live-${cloud}-${Date.now().toString(36)}`;

  describe.skipIf(skip)(`a lab on a real ${title} account`, () => {
    let place: Workplace;
    beforeAll(() => {
      process.stderr.write(`\nLIVE: ${cost}, all removed at the end; tagged labtui-live-test=${unique}.\n`);
      const passed = Object.entries(process.env).flatMap(([name, value]) => (variables.test(name) && value !== undefined ? [[name, value] as const] : []));
      place = createWorkplace({ ...configuration(process.env.HOME ?? ''), ...Object.fromEntries(passed) });
      const lab = { name: unique, distro, cloud, ttl: '30m', tags: { 'labtui-live-test': unique } };
      writeFileSync(join(place.cwd, 'live.yaml'), JSON.stringify(lab));
    });
    afterAll(async () => {
      const left = await place.run(['cleanup', '--all', '-y', '--json']);
      process.stderr.write(`LIVE: cleanup of ${unique} ended with ${left.exitCode}\n`);
      expect(left.exitCode, left.stdout).toBe(0);
      place.remove();
    });

    it('applies, is used, and is destroyed to zero', async () => {
      const applied = await place.run(['apply', '--profile', './live.yaml', '-y', '--json', '--max-hourly', '0.10']);
      expect(applied.events.at(-1), applied.stdout).toMatchObject({ type: 'result', exitCode: 0 });
      expect((await place.run(['exec', unique, '--', 'cloud-init', 'status'])).stdout).toContain('done');
      // What ends the machine when nobody does: the timer of its guest.
      expect(await place.run(['ssh', unique, '--', 'systemctl list-timers --all | grep labtui'])).toMatchObject({ exitCode: 0 });
      const destroyed = await place.run(['destroy', unique, '-y', '--json']);
      expect(destroyed.events.find(({ type }) => type === 'receipt')).toMatchObject({ left: [], verifiedBy: ['state', 'listing'] });
      expect(destroyed.events.at(-1)).toMatchObject({ exitCode: 0 });
    });
  });
}
