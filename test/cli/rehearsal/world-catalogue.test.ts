import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { offerDistros } from '../../../src/library/rehearsal/world-catalogue.ts';
import { clouds } from '../../../src/clouds/registry.ts';
import { models } from '../../../src/rehearsal/clouds.ts';
import { createMemoryWorld } from '../../../src/rehearsal/engine/memory-world.ts';
import { cliContext } from '../../support/cli-context.ts';
import { temporaryFolder } from '../../support/terraform/stack-folder.ts';

it('offers the distros as they are now, and reads them again only where a file has changed, come or gone', async () => {
  const cwd = await temporaryFolder();
  const file = join(cwd, 'distros/mine.yaml');
  const write = (pattern: string) =>
    writeFile(file, `title: Mine\nsourceDate: 2026-11-20\nuser: me\nversions:\n  - { version: "7", images: { aws: { owners: ["123456789012"], name: "${pattern}" } } }\n`);
  await mkdir(join(cwd, 'distros'));
  await write('mine-*');
  const memory = createMemoryWorld({ models, catalogue: { clouds: {} } });
  let made = 0;
  const world = { ...memory, setCatalogue: (catalogue: Parameters<typeof memory.setCatalogue>[0]) => ((made += 1), memory.setCatalogue(catalogue)) };
  const context = cliContext({ clouds, cwd });
  const mine = async (): Promise<readonly string[]> => {
    await offerDistros(world, context);
    return memory.read(({ catalogue }) => (catalogue.clouds.aws?.images ?? []).filter(({ system }) => system.distro === 'mine').map(({ name }) => name.replace(/\d+/, 'N')));
  };

  expect(new Set(await mine())).toEqual(new Set(['mine-N']));
  expect(await memory.read(({ catalogue }) => Object.keys(catalogue.clouds).sort())).toEqual(['aws', 'azure', 'gcp']);
  await mine();
  expect(made).toBe(1);
  await write('other-*');
  expect(new Set(await mine())).toEqual(new Set(['other-N']));
  await writeFile(file, 'title: [');
  expect(await mine()).toEqual([]);
  await rm(file);
  await mine();
  expect(made).toBe(4);
});
