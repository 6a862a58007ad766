import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';

// The life of a lab on a real account. It costs money, so it runs only when asked for by name:
//   LABTUI_LIVE=aws AWS_PROFILE=... npm run test:live

const asked = (process.env.LABTUI_LIVE ?? '').split(',').includes('aws');
const reason = asked ? null : 'NOT RUN: it creates real machines; ask with LABTUI_LIVE=aws, and credentials for an account';
const skip = skipLoudly('the life of a lab on a real AWS account', reason);

/** What the caller's credentials are made of; everything else stays out. */
const passed = Object.fromEntries(Object.entries(process.env).filter(([name, value]) => name.startsWith('AWS_') && value !== undefined)) as Record<string, string>;
const unique = `live-${Date.now().toString(36)}`;
let place: Workplace;

describe.skipIf(skip)('a lab on a real AWS account', () => {
  beforeAll(() => {
    process.stderr.write('\nLIVE: one t3a.medium, a 20 GB gp3 disk and a public address for some minutes: under 0.02 USD, all removed at the end.\n');
    const home = process.env.HOME ?? '';
    place = createWorkplace({ AWS_CONFIG_FILE: join(home, '.aws/config'), AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws/credentials'), ...passed });
    writeFileSync(join(place.cwd, 'live.yaml'), `name: ${unique}\ndistro: debian@12\ncloud: aws\nttl: 30m\ntags: { labtui-live-test: ${unique} }\n`);
  });
  afterAll(async () => {
    const left = await place.run(['cleanup', '--all', '-y', '--json']);
    process.stderr.write(`LIVE: cleanup ended with ${left.exitCode}\n`);
    expect(left.exitCode).toBe(0);
    place.remove();
  });

  it('applies, is used, and is destroyed to zero', async () => {
    const applied = await place.run(['apply', '--profile', './live.yaml', '-y', '--json', '--max-hourly', '0.10']);
    expect(applied.events.at(-1)).toMatchObject({ type: 'result', exitCode: 0 });
    expect((await place.run(['exec', unique, '--', 'cloud-init', 'status'])).stdout).toContain('done');
    expect(await place.run(['ssh', unique, '--', 'systemctl list-timers --all | grep labtui'])).toMatchObject({ exitCode: 0 });
    const destroyed = await place.run(['destroy', unique, '-y', '--json']);
    expect(destroyed.events.find(({ type }) => type === 'receipt')).toMatchObject({ left: [], verifiedBy: ['state', 'listing'] });
    expect(destroyed.events.at(-1)).toMatchObject({ exitCode: 0 });
  });
});
