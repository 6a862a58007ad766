import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { OpenDialog } from '../model/dialog.ts';
import { refusalOf } from '../model/dialog-keys.ts';
import type { Area } from '../model/screen.ts';
import { glyphsFor } from '../theme.ts';
import { Line } from './line.tsx';

/** One question with its consequences spelled out, the safe answer first. */
export function DialogView({ open, area, unicode }: { readonly open: OpenDialog; readonly area: Area; readonly unicode: boolean }): ReactElement {
  const glyphs = glyphsFor(unicode);
  const { dialog, selected, typed } = open;
  const rest = 3 + dialog.choices.length + (dialog.typeToConfirm === null ? 0 : 2);
  const room = Math.max(1, area.rows - rest);
  const shown = dialog.lines.length > room ? [...dialog.lines.slice(0, room - 1), `${glyphs.more} and ${dialog.lines.length - room + 1} more`] : dialog.lines;
  return (
    <Box flexDirection="column">
      <Line columns={area.columns} spans={[{ text: ` ${dialog.title}`, tone: 'strong' }]} />
      <Line columns={area.columns} spans={[]} />
      {shown.map((line, index) => (
        <Line key={index} columns={area.columns} spans={[{ text: `  ${line}` }]} />
      ))}
      <Line columns={area.columns} spans={[]} />
      {dialog.typeToConfirm === null ? null : (
        <Line columns={area.columns} spans={[{ text: `  type ${dialog.typeToConfirm} to go on: ` }, { text: typed, tone: 'accent' }, { text: '_', tone: 'dim' }]} />
      )}
      {dialog.typeToConfirm === null ? null : <Line columns={area.columns} spans={[]} />}
      {dialog.choices.map((choice, index) => {
        const refusal = refusalOf(open, index);
        return (
          <Line
            key={choice.id}
            columns={area.columns}
            selected={index === selected}
            spans={[
              { text: ` ${index === selected ? glyphs.cursor : ' '} ` },
              { text: dialog.typeToConfirm === null ? `${choice.key}  ` : '', tone: 'accent' },
              { text: choice.label, tone: refusal !== null ? 'dim' : choice.dangerous ? 'bad' : 'plain' },
              { text: refusal === null ? '' : `   ${refusal}`, tone: 'dim' },
            ]}
          />
        );
      })}
    </Box>
  );
}
