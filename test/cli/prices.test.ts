import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, type Workplace } from '../support/labtui.ts';

let place: Workplace;
beforeEach(() => {
  place = createWorkplace();
});
afterEach(() => place.remove());

interface Shown {
  readonly prices: readonly { readonly cloud: string; readonly item: string; readonly amount: number; readonly region: string | null; readonly date: string | null; readonly from: string; readonly source: string }[];
}
const shown = async (...args: readonly string[]): Promise<Shown['prices']> => ((await place.run(['prices', 'show', '--json', ...args])).json() as Shown).prices;
const cached = (): string => join(place.home, '.cache', 'labtui', 'prices');
const keep = (cloud: string, text: string): void => {
  mkdirSync(cached(), { recursive: true });
  writeFileSync(join(cached(), `${cloud}.json`), text);
};
const own = (fields: object): string =>
  JSON.stringify({ v: 1, prices: [{ part: 'machines', item: 't3a.medium', amount: 0.0432, currency: 'USD', unit: 'hour', region: 'us-east-1', date: '2026-11-20', source: 'AWS Price List', ...fields }] });

describe('labtui prices show', () => {
  it('lists what labtui brings, each price with day, region and source', async () => {
    const prices = await shown('--cloud', 'aws,gcp');
    expect(new Set(prices.map(({ cloud }) => cloud))).toEqual(new Set(['aws', 'gcp']));
    expect(prices.find(({ item }) => item === 'gp3')).toMatchObject({ amount: 0.08, region: 'us-east-1', date: '2026-01-01', from: 'labtui' });
    expect(prices.every(({ source }) => source !== '')).toBe(true);
    const table = await place.run(['prices', 'show', '--cloud', 'azure'], { env: { COLUMNS: '200' } });
    expect(table.stdout.split('\n')[0]).toMatch(/^CLOUD +ITEM +PRICE +PER +REGION +DATE +FROM/);
    expect(table.stdout).toMatch(/azure +P4 +5\.2795 \$ +month +eastus +2026-10-03 +labtui/);
  });

  it('takes the newer price, and says that it was fetched', async () => {
    keep('aws', own({}));
    expect((await shown('--cloud', 'aws')).filter(({ item }) => item === 't3a.medium')).toMatchObject([{ amount: 0.0432, date: '2026-11-20', from: 'refresh' }]);
    const sizes = (await place.run(['sizes', '--cloud', 'aws'])).stdout;
    expect(sizes).toMatch(/t3a\.medium .*0\.0432 \$ +us-east-1, 2026-11-20/);
  });

  it('goes on with its own where the cache is damaged', async () => {
    keep('aws', '{"v":1');
    expect((await shown('--cloud', 'aws')).find(({ item }) => item === 't3a.medium')).toMatchObject({ amount: 0.0376, from: 'labtui' });
  });

  it('refuses an unknown cloud (3)', async () => {
    expect(await place.run(['prices', 'show', '--cloud', 'aws,asure'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('did you mean "azure"?') as string });
  });
});

describe('labtui prices refresh', () => {
  it.each(['aws', 'azure', 'gcp'])('%s: asks the simulated cloud in a rehearsal, and leaves the real prices alone', async (cloud) => {
    const run = await place.run(['prices', 'refresh', '--cloud', cloud, '--rehearse', '--json']);
    expect(run).toMatchObject({ exitCode: 0 });
    const [refreshed] = (run.json() as { refreshed: readonly { cloud: string; prices: number; file: string }[] }).refreshed;
    expect(refreshed).toMatchObject({ cloud, file: join(place.sessions, '.rehearsal', 'prices', `${cloud}.json`) });
    expect(statSync(refreshed?.file ?? '').mode & 0o777).toBe(0o600);
    expect(readdirSync(place.home).includes('.cache') && readdirSync(join(place.home, '.cache')).includes('labtui') && readdirSync(join(place.home, '.cache', 'labtui')).includes('prices')).toBe(false);
    const rehearsed = await shown('--cloud', cloud, '--rehearse');
    expect(rehearsed.filter(({ from }) => from === 'refresh')).toHaveLength(refreshed?.prices ?? -1);
    expect((await shown('--cloud', cloud)).every(({ from }) => from === 'labtui')).toBe(true);
  });

  it('several clouds and regions at once, each region where it belongs', async () => {
    const run = await place.run(['prices', 'refresh', '--cloud', 'aws,azure', '--region', 'eu-west-1,westeurope,northeurope', '--rehearse']);
    expect(run.stdout).toMatch(/^aws: \d+ prices of eu-west-1\nazure: \d+ prices of westeurope, northeurope\n$/);
    const kept = JSON.parse(readFileSync(join(place.sessions, '.rehearsal', 'prices', 'azure.json'), 'utf8')) as { prices: readonly { region: string }[] };
    expect(new Set(kept.prices.map(({ region }) => region))).toEqual(new Set(['westeurope', 'northeurope']));
  });

  it.each([
    ['a region that no cloud of them has', ['--cloud', 'azure', '--region', 'westeuropa'], 3, 'did you mean "westeurope"?'],
    ['a region of the other cloud only', ['--cloud', 'azure,aws', '--region', 'westeurope'], 3, 'aws has no region westeurope'],
    ['a type that is none', ['--cloud', 'aws', '--instance-type', 'Standard_B2s'], 3, '"Standard_B2s" is not an instance type of AWS'],
    ['a cloud without a price list', ['--cloud', 'hetzner'], 3, 'labtui cannot ask Hetzner'],
    ['no cloud', [], 2, "required option '-c, --cloud <clouds>' not specified"],
  ])('refuses %s', async (_, args, exitCode, message) => {
    const run = await place.run(['prices', 'refresh', ...args]);
    expect(run.exitCode).toBe(exitCode);
    expect(run.stderr).toContain(message);
  });

  it('without credentials is 4 and keeps what was known', async () => {
    keep('aws', own({}));
    const run = await place.run(['prices', 'refresh', '--cloud', 'aws'], { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } });
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('no AWS credentials were found');
    expect((await shown('--cloud', 'aws')).find(({ item }) => item === 't3a.medium')?.amount).toBe(0.0432);
  });

  it('is 5 where nobody answers', async () => {
    const run = await place.run(['prices', 'refresh', '--cloud', 'aws'], { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' } });
    expect(run.exitCode).toBe(5);
    expect(run.stderr).toContain('cannot be reached');
  });
});
