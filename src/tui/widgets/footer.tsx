import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { displayWidth } from '../../core/display-width.ts';
import { type AppState, bindingsOf, commandLineOf, type Overlay } from '../model/app.ts';
import type { Binding } from '../model/screen.ts';
import { glyphsFor, theme } from '../theme.ts';
import { keyLabel } from '../key-label.ts';
import { Line, type Span } from './line.tsx';

/** A rule, what was said last or the command line of this screen, and the keys that are valid now. */
export function Footer({ app }: { readonly app: AppState }): ReactElement {
  const { columns, facts, said } = app;
  const glyphs = glyphsFor(facts.unicode);
  const command = commandLineOf(app);
  const middle: readonly Span[] = said !== null ? [{ text: ` ${said.text}`, tone: said.tone }] : command === null ? [] : [{ text: ` ${command}`, tone: 'dim' }];
  return (
    <Box flexDirection="column">
      <Text {...theme.dim}>{glyphs.rule.repeat(columns)}</Text>
      <Line columns={columns} spans={middle} />
      <Line columns={columns} spans={keySpans(app.overlay === null ? bindingsOf(app) : overlayKeys(app.overlay), columns)} />
    </Box>
  );
}

/** What the keys mean while something is open over the screen. */
function overlayKeys(overlay: Overlay): readonly Binding[] {
  const key = (keys: string, label: string): Binding => ({ action: `app:${label}`, keys: [keys], label, help: label, disabled: null });
  if (overlay.kind === 'help') return [key('down', 'scroll'), key('escape', 'close')];
  if (overlay.kind === 'palette') return [key('enter', 'do it'), key('down', 'move'), key('escape', 'close')];
  return [key('enter', 'choose'), key('down', 'move'), key('escape', 'change nothing')];
}

/** Keys in their order, as many as fit; the last ones (help, back) always do. Disabled ones are dim. */
export function keySpans(bindings: readonly Binding[], columns: number): readonly Span[] {
  const shown = bindings.filter(({ inFooter = true }) => inFooter);
  const width = ({ keys, label }: Binding): number => displayWidth(`${keyLabel(keys[0] ?? '')} ${label}  `);
  const always = shown.filter(({ action }) => action.startsWith('app:'));
  let room = columns - 1 - always.reduce((sum, binding) => sum + width(binding), 0);
  const fitting = shown.filter((binding) => {
    if (always.includes(binding)) return true;
    room -= width(binding);
    return room >= 0;
  });
  return [
    { text: ' ' },
    ...fitting.flatMap(({ keys, label, disabled }): readonly Span[] => [
      { text: keyLabel(keys[0] ?? ''), tone: disabled === null ? 'accent' : 'dim' },
      { text: ` ${label}  `, tone: disabled === null ? 'plain' : 'dim' },
    ]),
  ];
}
