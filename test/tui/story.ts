import { type AppState, bindingsOf, commandLineOf, type PendingEffect, startApp, topOf, update } from '../../src/tui/model/app.ts';
import type { WorldEffect } from '../../src/tui/model/effect.ts';
import type { Incoming, Message } from '../../src/tui/model/message.ts';
import type { ScreenState } from '../../src/tui/model/screens.ts';
import type { TuiFacts } from '../../src/tui/port.ts';
import { homeState } from '../../src/tui/screens/home/state.ts';
import { facts, nowMs } from './facts.ts';

/** The interface without a terminal: keys in, state and effects out. */
export class Story {
  app: AppState;
  /** What was to be done outside, oldest first. */
  readonly effects: PendingEffect[] = [];

  constructor(first: ScreenState = homeState, size = { columns: 80, rows: 24 }, known: TuiFacts = facts) {
    const { app, effects } = startApp(known, { ...size, nowMs }, first);
    this.app = app;
    this.effects.push(...effects);
  }

  send(message: Message): this {
    const { app, effects } = update(this.app, message);
    this.app = app;
    this.effects.push(...effects);
    return this;
  }

  /** Keys by name, `n`, `enter`; a text in angle brackets is typed letter by letter: `<fedora>`. */
  press(...keys: readonly string[]): this {
    for (const key of keys) {
      const typed = /^<(.+)>$/su.exec(key)?.[1];
      if (typed === undefined) this.send({ type: 'key', key, text: Array.from(key).length === 1 ? key : key === 'space' ? ' ' : '' });
      else for (const letter of typed) this.send({ type: 'key', key: letter === ' ' ? 'space' : letter, text: letter });
    }
    return this;
  }

  receive(incoming: Incoming): this {
    return this.send({ type: 'to-screen', screen: topOf(this.app).id, incoming });
  }

  get top(): ScreenState {
    return topOf(this.app).state;
  }

  get last(): WorldEffect | undefined {
    return this.effects.at(-1)?.effect;
  }

  get command(): string | null {
    return commandLineOf(this.app);
  }

  /** Why a key does nothing now; null: it does something; undefined: no binding has it. */
  refusal(key: string): string | null | undefined {
    return bindingsOf(this.app).find(({ keys }) => keys.includes(key))?.disabled;
  }
}
