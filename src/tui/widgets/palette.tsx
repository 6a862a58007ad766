import { Box } from 'ink';
import type { ReactElement } from 'react';
import { fitToWidth } from '../../core/display-width.ts';
import { matching, type PaletteState } from '../model/palette.ts';
import type { Area } from '../model/screen.ts';
import { keyLabel } from '../key-label.ts';
import { glyphsFor } from '../theme.ts';
import { Line } from './line.tsx';
import { windowOf } from './window.ts';

/** Every action by name. */
export function PaletteView({ palette, area, unicode }: { readonly palette: PaletteState; readonly area: Area; readonly unicode: boolean }): ReactElement {
  const glyphs = glyphsFor(unicode);
  const found = matching(palette);
  const { from, to } = windowOf(found.length, palette.selected, Math.max(1, area.rows - 2));
  const titleColumns = Math.min(30, Math.max(12, Math.floor(area.columns / 3)));
  return (
    <Box flexDirection="column">
      <Line columns={area.columns} spans={[{ text: ' : ', tone: 'accent' }, { text: palette.filter }, { text: glyphs.bar === '█' ? '▏' : '_', tone: 'accent' }, { text: palette.filter === '' ? 'type to find an action' : '', tone: 'dim' }]} />
      <Line columns={area.columns} spans={[]} />
      {found.slice(from, to).map(({ title, help, keys, disabled }, index) => {
        const selected = from + index === palette.selected;
        return (
          <Line
            key={from + index}
            columns={area.columns}
            selected={selected}
            spans={[
              { text: ` ${selected ? glyphs.cursor : ' '} ` },
              { text: fitToWidth(title, titleColumns), tone: disabled === null ? 'plain' : 'dim' },
              { text: ` ${fitToWidth(keyLabel(keys), 5)} `, tone: 'accent' },
              { text: disabled ?? help, tone: 'dim' },
            ]}
          />
        );
      })}
      {found.length === 0 ? <Line columns={area.columns} spans={[{ text: '   no action has that in its name', tone: 'dim' }]} /> : null}
    </Box>
  );
}
