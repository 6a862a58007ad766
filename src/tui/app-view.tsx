import { Box } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';
import { sharedOf, topOf } from './model/app.ts';
import type { Runtime } from './runtime.ts';
import { moduleOf } from './screens/registry.ts';
import { Footer } from './widgets/footer.tsx';
import { Header } from './widgets/header.tsx';
import { OverlayView } from './widgets/overlay.tsx';

/** Below this nothing useful fits. */
const least = { columns: 40, rows: 8 };
const headerRows = 2;
const footerRows = 3;

/** The whole screen: header, one screen or an overlay, footer. Exactly as tall as the terminal. */
export function AppView({ runtime }: { readonly runtime: Runtime }): ReactElement {
  const app = useSyncExternalStore(runtime.subscribe, runtime.state);
  const { columns, rows } = app;
  const { state } = topOf(app);
  const screen = moduleOf(state);
  const area = { columns: Math.max(columns, least.columns), rows: Math.max(1, rows - headerRows - footerRows) };
  // No line is wider than the screen: cutting them once more on the way out is what Ink takes longest for.
  return (
    <Box flexDirection="column" width={columns} height={rows} overflowY="hidden">
      <Header app={app} />
      <Box flexDirection="column" width={area.columns} height={area.rows} overflowY="hidden">
        {app.overlay === null ? <screen.View state={state} shared={sharedOf(app)} area={area} /> : <OverlayView app={app} overlay={app.overlay} area={area} />}
      </Box>
      <Footer app={app} />
    </Box>
  );
}
