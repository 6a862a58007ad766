import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Area } from '../../model/screen.ts';
import { Line, type Span } from '../../widgets/line.tsx';
import { glyphsFor } from '../../theme.ts';

/** What a newcomer sees. */
export function EmptyHome({ area, ended, unicode }: { readonly area: Area; readonly ended: boolean; readonly unicode: boolean }): ReactElement {
  const { dash } = glyphsFor(unicode);
  const lines: readonly (readonly Span[])[] = [
    [],
    [{ text: '  A machine with the Linux you want, on the cloud you want, now.', tone: 'strong' }],
    [{ text: '  And nothing left of it: each lab ends at its deadline, with a receipt.' }],
    [],
    [{ text: '  n', tone: 'accent' }, { text: '  a new lab: pick distro, cloud and size' }],
    [{ text: '  D', tone: 'accent' }, { text: `  the same on simulated clouds ${dash} no account, no cost` }],
    [{ text: '  :', tone: 'accent' }, { text: '  everything labtui can do, by name' }],
    [{ text: '  ?', tone: 'accent' }, { text: '  the keys' }],
    ...(ended ? [[], [{ text: '  t', tone: 'accent' as const }, { text: '  labs that are gone, with their receipts' }]] : []),
  ];
  return (
    <Box flexDirection="column">
      {lines.slice(0, area.rows).map((spans, index) => (
        <Line key={index} columns={area.columns} spans={spans} />
      ))}
    </Box>
  );
}
