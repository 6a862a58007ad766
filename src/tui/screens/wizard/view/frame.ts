import type { Glyphs } from '../../../theme.ts';
import type { Shared } from '../../../model/screen.ts';

/** What every part of the wizard's picture needs beside the state. */
export interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly glyphs: Glyphs;
  readonly shared: Shared;
}
