import { type Command, Option } from 'commander';
import type { CommandKit } from './command-kit.ts';
import { collectList } from './option-parsers.ts';

/** The commands that tell what there is to choose from, and what is kept of it: `distros`, `clouds`, `regions`, `sizes`, `cache`, `image`, `prices`. */
export function addCatalogueCommands(program: Command, { add, action }: CommandKit, withRehearsal: (command: Command, help: string) => Command): void {
  const distros = add(program, 'distros', 'the catalogue of distributions');
  add(distros, 'list', 'every distribution and version, and the clouds that have an image').action(
    action(async (context) => (await import('./commands/distros.ts')).listDistros(context)),
  );
  add(distros, 'show <distro>', 'how its images are found').action(
    action(async (context, [distro]) => (await import('./commands/distros.ts')).showDistro(context, distro as string)),
  );
  add(distros, 'check [files...]', 'validate distro files').action(
    action(async (context, [files]) => (await import('./commands/distros.ts')).checkDistros(context, files as string[])),
  );
  add(program, 'clouds', 'what each cloud can do').action(action(async (context) => (await import('./commands/clouds.ts')).clouds(context)));
  const cloud = new Option('-c, --cloud <cloud>', 'which cloud').makeOptionMandatory();
  add(program, 'regions', 'the regions of a cloud')
    .addOption(cloud)
    .option('--measure', 'how far each is from here, nearest first')
    .action(action(async (context, _, options) => (await import('./commands/regions.ts')).regions(context, { cloud: options.cloud as string, measure: options.measure === true })));
  add(program, 'sizes', 'the sizes of a cloud, with list prices')
    .addOption(cloud)
    .action(action(async (context, _, options) => (await import('./commands/sizes.ts')).sizes(context, options.cloud as string)));

  const cache = add(program, 'cache', "what labtui keeps to have it at hand: images, Terraform's providers, Terraform");
  add(cache, 'list', 'what is in it, how much it takes, what uses it').action(action(async (context) => (await import('./commands/cache.ts')).listCache(context)));
  add(cache, 'prune', 'make room: remove what nothing uses')
    .option('--all', 'everything that is not in use, however new')
    .option('--older-than <duration>', 'what was used last longer ago than this (default 7d)')
    .option('--max-size <size>', 'images also beyond this size together, the longest unused first (default 20GB)')
    .option('--dry-run', 'only list it')
    .action(action(async (context, _, options) => (await import('./commands/cache.ts')).pruneCache(context, options)));
  const image = add(program, 'image', 'images of machines on this computer');
  add(image, 'list', 'those that were downloaded, built or imported').action(action(async (context) => (await import('./commands/image.ts')).listLocalImages(context)));
  add(image, 'build <distro>', "build one of Debian or Ubuntu from the distribution's package archive, by mmdebstrap")
    .addOption(new Option('--arch <arch>', 'for which machines (default: those of this computer)').choices(['amd64', 'arm64']))
    .option('--mirror <url>', "which archive (default: the distribution's own)")
    .option('--output <file>', 'copy it to this file as well, with its kernel beside it; then: --image file:FILE')
    .action(action(async (context, [distro], options) => (await import('./commands/image.ts')).buildLocalImage(context, distro as string, options)));
  add(image, 'import <file>', 'bring a disk of your own: qcow2, raw, VMDK, VDI, VHDX or VHD')
    .option('--name <name>', "what --image calls it (default: the file's name)")
    .option('--distro <distro>', 'take it for this distribution from now on, without --image')
    .addOption(new Option('--arch <arch>', 'for which machines (default: those of this computer)').choices(['amd64', 'arm64']))
    .option('--sha256 <sum>', 'refuse it where its checksum is another one')
    .action(action(async (context, [file], options) => (await import('./commands/image.ts')).importLocalImage(context, file as string, options)));

  const prices = add(program, 'prices', 'what things cost: the price list in force');
  const someClouds = (): Option => new Option('-c, --cloud <clouds>', 'which clouds, separated by commas').argParser(collectList);
  add(prices, 'show', 'the prices in force, with their day, region and source')
    .addOption(someClouds())
    .option('--rehearse', 'those of the simulated clouds')
    .action(action(async (context, _, options) => (await import('./commands/prices.ts')).showPrices(context, options)));
  withRehearsal(
    add(prices, 'refresh', "ask the clouds' own price lists")
      .addOption(someClouds().makeOptionMandatory())
      .addOption(new Option('--region <regions>', "which regions, separated by commas; else each cloud's default").argParser(collectList))
      .addOption(new Option('--instance-type <types>', 'types beside those of the catalogue').argParser(collectList)),
    'of the simulated clouds; the real prices stay as they are',
  ).action(action(async (context, _, options) => (await import('./commands/refresh-prices.ts')).refreshPrices(context, options)));
}
