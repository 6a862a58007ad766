import type { ReactElement } from 'react';
import { type AppState, bindingsOf, type Overlay } from '../model/app.ts';
import type { Area } from '../model/screen.ts';
import { DialogView } from './dialog.tsx';
import { HelpView } from './help.tsx';
import { PaletteView } from './palette.tsx';

/** Help, palette or a question, in the place of the screen. */
export function OverlayView({ app, overlay, area }: { readonly app: AppState; readonly overlay: Overlay; readonly area: Area }): ReactElement {
  switch (overlay.kind) {
    case 'help':
      return <HelpView bindings={bindingsOf(app)} help={overlay.help} area={area} />;
    case 'palette':
      return <PaletteView palette={overlay.palette} area={area} unicode={app.facts.unicode} />;
    case 'dialog':
      return <DialogView open={overlay.open} area={area} unicode={app.facts.unicode} />;
  }
}
