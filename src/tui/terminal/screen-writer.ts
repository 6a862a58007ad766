import type { Writable } from 'node:stream';

/** Stands in for a terminal to Ink, which writes a whole frame at a time. */
export interface ScreenWriter extends Writable {
  /** Nothing is written any more. */
  mute(): void;
  /** What the terminal shows now is not what was written: the next frame is written whole. */
  unmute(): void;
  /** As unmute does, on a screen that goes on: it was resized. */
  forget(): void;
  /** The next frame is what the user asked for. */
  keyPressed(): void;
}
