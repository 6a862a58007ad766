import type { StackVerdict, Verdict } from '../../lab/verdict.ts';
import type { Theme } from '../theme.ts';

/** The three lists of each stack, and where and when it was held against its cloud. */
export function renderVerdict({ session, archived, clean, stacks }: Verdict, theme: Theme): string {
  const head = clean
    ? `${theme.good(theme.glyphs.ready)} ${session}   ${archived ? 'nothing of it is left' : 'its state and its clouds agree'}`
    : `${theme.warn(theme.glyphs.attention)} ${session}   ${Object.values(stacks).some(differs) ? 'differences' : 'not verified'}`;
  const parts = Object.entries(stacks).flatMap(([id, stack]) => stackLines(id, stack, theme));
  return `${[head, ...parts].join('\n')}\n`;
}

function differs({ drifted, vanished, orphaned }: StackVerdict): boolean {
  return drifted.length + vanished.length + orphaned.length > 0;
}

function stackLines(id: string, { place, drifted, vanished, orphaned }: StackVerdict, theme: Theme): readonly string[] {
  const where = [place.cloud, place.account, place.region].filter((word) => word !== null).join(' ');
  const listed = place.listedAt === null ? 'not listed' : `${place.tagQuery} listed ${place.listedAt}`;
  return [
    theme.dim(`  ${id}   ${where}   ${listed}`),
    ...drifted.map(({ address, id: resource, action }) => `    drifted    ${address}  ${resource ?? ''}  (an apply would ${action} it)`),
    ...vanished.map(({ address, id: resource }) => `    vanished   ${address}  ${resource ?? ''}`),
    ...orphaned.map(({ type, id: resource, name }) => `    orphaned   ${type}  ${resource}${name === null ? '' : `  ${name}`}`),
  ];
}
