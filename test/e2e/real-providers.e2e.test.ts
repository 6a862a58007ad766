import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { type MirroredProvider, mirroredProviders } from '../support/mirrored-providers.ts';
import { leftInClouds, regionOf, simulatedClouds } from '../support/rehearsal.ts';
import { freePort } from '../support/free-port.ts';
import { type ServedRehearsal, serveRehearsal } from '../support/serve-rehearsal.ts';
import { providerObjections } from '../support/validated-stacks.ts';
import { type RealCloud, realClouds } from './real-clouds.ts';

const noTerraform = await missingTools(['terraform']);

for (const cloud of realClouds) {
  const what = `${cloud.id} stacks under the real hashicorp/${cloud.provider}`;
  const providers = noTerraform === null ? await mirroredProviders(cloud.provider) : [];
  const reason = noTerraform ?? (providers.length === 0 ? `no mirror has hashicorp/${cloud.provider} (set LABTUI_TEST_PROVIDER_MIRROR)` : null);
  const skip = skipLoudly(what, reason);
  afterAll(() => Promise.all(providers.map((provider) => provider.remove())));

  describe.skipIf(skip)(what, () => {
    it('has versions of it', () => expect(providers).not.toEqual([]));
    for (const provider of providers) describe(provider.version, () => held(cloud, provider));
  });
}

/** What a provider, in a version, has to take of labtui. */
function held(cloud: RealCloud, provider: MirroredProvider): void {
  it('takes every stack that labtui writes, and would say what is wrong with one', async () => {
    const stacks = cloud.everyStack();
    expect(stacks.length).toBeGreaterThan(20);
    expect(await providerObjections(provider, stacks)).toEqual([]);
    const [[name, text] = ['', '{}']] = stacks;
    const wrong = text.replace(/"name":|"cidr_block":/, '"unheard_of":');
    expect(await providerObjections(provider, [[name, wrong]])).toContainEqual(expect.stringContaining('unheard_of'));
  });

  describe.skipIf(!simulatedClouds.includes(cloud.id))('on the simulated cloud, over HTTP', () => {
    let place: Workplace;
    let served: ServedRehearsal;
    let refuser: number;
    beforeAll(async () => {
      place = createWorkplace();
      served = await serveRehearsal(place);
      refuser = await freePort();
    });
    afterAll(async () => {
      await served.stop();
      place.remove();
    });

    it.each(Object.entries(cloud.lives))('applies, plans to no changes, changes in place and destroys to nothing: %s', async (_lab, profile) => {
      const { session, directory } = await written(profile);
      const terraform = (...args: readonly string[]) =>
        execa('terraform', [...args, '-no-color', '-input=false'], {
          cwd: directory,
          extendEnv: false,
          reject: false,
          all: true,
          env: {
            PATH: process.env.PATH,
            HOME: place.home,
            CHECKPOINT_DISABLE: '1',
            TF_CLI_CONFIG_FILE: provider.cliConfig,
            ...served.environment[cloud.id],
            // Some providers ask their clouds' public endpoints who is calling; there is nobody behind this one.
            HTTPS_PROXY: `http://127.0.0.1:${refuser}`,
            NO_PROXY: '127.0.0.1,localhost',
          },
        });
      const expected = async (exitCode: number, ...args: readonly string[]): Promise<string> => {
        const run = await terraform(...args);
        expect(run.exitCode, run.all).toBe(exitCode);
        return run.all;
      };
      await expected(0, 'init');
      try {
        expect(await expected(0, 'apply', '-auto-approve')).toContain('0 changed, 0 destroyed');
        await expected(0, 'plan', '-detailed-exitcode');
        expect(await leftInClouds(place, session)).not.toEqual([]);

        const file = join(directory, 'cdk.tf.json');
        const text = readFileSync(file, 'utf8');
        const changed = text.replaceAll(/("labtui-owner":\s*")[^"]*"/g, '$1somebody-else"');
        expect(changed).not.toBe(text);
        writeFileSync(file, changed);
        expect(await expected(0, 'apply', '-auto-approve')).toMatch(/0 added, [1-9]\d* changed, 0 destroyed/);
        await expected(0, 'plan', '-detailed-exitcode');
      } finally {
        await expected(0, 'destroy', '-auto-approve');
      }
      expect(await leftInClouds(place, session)).toEqual([]);
      rmSync(directory, { recursive: true, force: true });
    });

    /** A lab looked up in the same world and written by labtui, and its Terraform apart from what the rehearsal would start. */
    async function written(profile: Readonly<Record<string, unknown>>): Promise<{ readonly session: string; readonly directory: string }> {
      writeFileSync(join(place.cwd, 'real.yaml'), JSON.stringify({ name: 'real', cloud: cloud.id, region: regionOf[cloud.id], ssh: { allowFrom: '198.51.100.7' }, ...profile }));
      const synth = await place.run(['synth', '--profile', 'real', '--rehearse', '--json', ...(cloud.without === undefined ? [] : ['--fault', cloud.without])]);
      expect(synth.exitCode, synth.stdout + synth.stderr).toBe(0);
      const session = synth.events.at(-1)?.session ?? '';
      const directory = mkdtempSync(join(tmpdir(), 'labtui-real-'));
      cpSync(join(place.sessions, session, 'stacks', cloud.id, 'cdk.tf.json'), join(directory, 'cdk.tf.json'));
      return { session, directory };
    }
  });
}
