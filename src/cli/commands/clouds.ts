import type { CloudFacts } from '../../core/clouds.ts';
import type { CliContext } from '../context.ts';
import { renderTable } from '../text/table.ts';

/** `labtui clouds`: what each cloud can do with labtui. */
export async function clouds(context: CliContext): Promise<number> {
  const allFacts = (await context.loadClouds()).all.map(({ facts }) => facts);
  if (context.settings.json) {
    const { simulatedClouds } = await import('../../rehearsal/clouds.ts');
    const rows = allFacts.map(({ id, title, capabilities, defaultRegion, regions, regionsDate, instanceTypePattern }) => ({
      id,
      title,
      capabilities,
      simulated: simulatedClouds.includes(id),
      defaultRegion,
      regions: regions.length,
      regionsDate,
      instanceTypePattern: instanceTypePattern.source,
    }));
    context.out(`${JSON.stringify(rows, null, 2)}\n`);
    return 0;
  }
  const { dash } = context.theme.glyphs;
  const yes = (value: boolean): string => (value ? 'yes' : dash);
  context.out(
    `${renderTable<CloudFacts>(
      allFacts,
      [
        { title: 'CLOUD', value: ({ id }) => id },
        { title: 'NAME', value: ({ title }) => title },
        { title: 'APPLY', value: ({ capabilities }) => (capabilities.apply ? 'yes' : 'not yet') },
        { title: 'REGIONS', align: 'right', value: ({ regions }) => String(regions.length) },
        { title: 'ARM64', value: ({ capabilities }) => yes(capabilities.arm64) },
        { title: 'SPOT', value: ({ capabilities }) => yes(capabilities.spot) },
        { title: 'OWN TTL', value: ({ capabilities }) => yes(capabilities.nativeTtl) },
        { title: 'CONSOLE', value: ({ capabilities }) => yes(capabilities.consoleLog) },
        { title: 'STOP/START', value: ({ capabilities }) => yes(capabilities.stopStart) },
        { title: 'ROOT DISKS', value: ({ capabilities }) => capabilities.diskTypes.join(' ') },
      ],
      context.columns,
    )}\n`,
  );
  return 0;
}
