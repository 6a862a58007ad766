import type { SweepFindings, SweptSession } from '../../core/sweep.ts';
import type { Theme } from '../theme.ts';

/** What a sweep found, what goes of it and why, and where it looked. */
export function renderFindings(findings: SweepFindings, theme: Theme): string {
  const { sessions, places, unasked } = findings;
  const going = sessions.filter(({ action }) => action !== 'spare');
  const spared = sessions.filter(({ action }) => action === 'spare');
  const accounts = new Map<string, number>();
  for (const { cloud, account } of places) accounts.set(`${cloud} ${account}`, (accounts.get(`${cloud} ${account}`) ?? 0) + 1);
  const asked = [...accounts].map(([account, regions]) => `${account} (${regions} ${regions === 1 ? 'place' : 'places'})`).join(', ');
  const lines = [
    ...(going.length === 0 ? ['nothing to remove'] : going.flatMap((session) => sessionLines(session, theme))),
    ...(spared.length === 0 ? [] : ['', theme.dim('left alone:'), ...spared.flatMap((session) => sessionLines(session, theme))]),
    '',
    `asked: ${asked === '' ? 'nobody' : asked}`,
    ...unasked.filter(({ expected }) => expected).map(({ cloud, account, region, reason }) => theme.warn(`not asked: ${[cloud, account, region].filter((part) => part !== null).join(' ')}: ${reason}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function sessionLines({ session, action, why, unlock, owners, resources }: SweptSession, theme: Theme): readonly string[] {
  const mark = action === 'spare' ? theme.glyphs.stopped : theme.bad(theme.glyphs.failed);
  const where = [...new Set(resources.map(({ cloud, account, region }) => `${cloud} ${account} ${region ?? 'global'}`))];
  const types = new Map<string, number>();
  for (const { type } of resources) types.set(type, (types.get(type) ?? 0) + 1);
  return [
    `${mark} ${theme.bold(session ?? 'of no session')}   ${action}   ${owners.join(', ') || 'no owner'}   ${where.length > 3 ? `${where.length} places` : where.join(', ')}`,
    `    ${why}${unlock === null ? '' : `   (it would go with ${unlock})`}`,
    theme.dim(`    ${[...types].map(([type, count]) => `${count} ${type}`).join(', ')}`),
  ];
}
