import { Box } from 'ink';
import type { ReactElement } from 'react';
import { fitToWidth } from '../../core/display-width.ts';
import type { HelpState } from '../model/help.ts';
import type { Area, Binding } from '../model/screen.ts';
import { keyLabel } from '../key-label.ts';
import { Line } from './line.tsx';

/** Every key of the screen below, with what it does, and why it does nothing now. */
export function HelpView({ bindings, help, area }: { readonly bindings: readonly Binding[]; readonly help: HelpState; readonly area: Area }): ReactElement {
  const lines = bindings.map(({ keys, help: text, disabled }) => ({ keys: keys.map(keyLabel).join(' '), text, disabled }));
  const keyColumns = Math.min(18, Math.max(6, ...lines.map(({ keys }) => keys.length)));
  const offset = Math.max(0, Math.min(help.offset, lines.length - (area.rows - 2)));
  return (
    <Box flexDirection="column">
      <Line columns={area.columns} spans={[{ text: ' keys', tone: 'strong' }, { text: lines.length > area.rows - 2 ? '   ↑↓ scroll, any other key closes' : '   any key closes', tone: 'dim' }]} />
      <Line columns={area.columns} spans={[]} />
      {lines.slice(offset, offset + Math.max(1, area.rows - 2)).map(({ keys, text, disabled }, index) => (
        <Line
          key={index}
          columns={area.columns}
          spans={[
            { text: `  ${fitToWidth(keys, keyColumns)}  `, tone: disabled === null ? 'accent' : 'dim' },
            { text, tone: disabled === null ? 'plain' : 'dim' },
            { text: disabled === null ? '' : ` (${disabled})`, tone: 'dim' },
          ]}
        />
      ))}
    </Box>
  );
}
