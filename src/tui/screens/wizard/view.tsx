import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Area, Shared } from '../../model/screen.ts';
import { glyphsFor } from '../../theme.ts';
import { Line } from '../../widgets/line.tsx';
import type { WizardState } from './state.ts';
import { wizardRows } from './view/wizard-rows.ts';

export function WizardView({ state, shared, area }: { readonly state: WizardState; readonly shared: Shared; readonly area: Area }): ReactElement {
  const rows = wizardRows(state, { ...area, glyphs: glyphsFor(shared.facts.unicode), shared });
  return (
    <Box flexDirection="column">
      {rows.map(({ spans, selected }, index) => (
        <Line key={index} columns={area.columns} spans={spans} selected={selected ?? false} />
      ))}
    </Box>
  );
}
