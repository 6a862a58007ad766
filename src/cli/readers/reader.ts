import type { LabEvent } from '../../core/events.ts';

/** One of the faces of the event stream. */
export interface Reader {
  take(event: LabEvent): void;
  /** Nothing more comes: leave the screen in order. */
  end(): void;
  /** Makes room for a question; the reader goes on with the next event. */
  pause(): void;
}
