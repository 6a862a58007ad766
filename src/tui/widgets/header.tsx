import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { displayWidth } from '../../core/display-width.ts';
import type { SessionSummary } from '../../core/session.ts';
import { type AppState, sharedOf } from '../model/app.ts';
import { moduleOf } from '../screens/registry.ts';
import { glyphsFor, theme } from '../theme.ts';
import { Line } from './line.tsx';

/** Where one is: the screens on the way here; the number of labs on the right. */
export function Header({ app }: { readonly app: AppState }): ReactElement {
  const glyphs = glyphsFor(app.facts.unicode);
  const shared = sharedOf(app);
  const trail = app.screens.map(({ state }) => moduleOf(state).title(state, shared)).join(` ${glyphs.cursor} `);
  const left = ` ${trail}`;
  const alive = app.sessions?.filter(({ archived }) => !archived).length ?? 0;
  const right = app.sessions === null ? '' : `${alive} ${alive === 1 ? 'lab' : 'labs'}${costText(app.sessions, glyphs.dot)} `;
  const gap = ' '.repeat(Math.max(1, app.columns - displayWidth(left) - displayWidth(right)));
  return (
    <Box flexDirection="column">
      <Line columns={app.columns} spans={[{ text: left, tone: 'strong' }, { text: gap }, { text: right, tone: 'dim' }]} />
      <Text {...theme.dim}>{glyphs.rule.repeat(app.columns)}</Text>
    </Box>
  );
}

/** What the real labs cost an hour, in each currency; nothing where none has a price. */
function costText(sessions: readonly SessionSummary[], dot: string): string {
  const sums = new Map<string, number>();
  for (const { archived, rehearsed, presentHourlyCost, currency } of sessions) {
    if (!archived && !rehearsed && presentHourlyCost !== null && currency !== null) sums.set(currency, (sums.get(currency) ?? 0) + presentHourlyCost);
  }
  return [...sums].map(([currency, sum]) => ` ${dot} ${sum.toFixed(2)} ${currency === 'USD' ? '$' : currency === 'EUR' ? '€' : currency}/h`).join('');
}
