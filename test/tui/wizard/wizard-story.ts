import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionSummary } from '../../../src/core/session.ts';
import type { WorldEffect } from '../../../src/tui/model/effect.ts';
import type { Answer } from '../../../src/tui/port.ts';
import type { WizardState } from '../../../src/tui/screens/wizard/state.ts';
import { homeState } from '../../../src/tui/screens/home/state.ts';
import { Story } from '../story.ts';
import { answerTo } from './in-process.ts';

type Query = Extract<WorldEffect, { do: 'query' }>;

/** What is recorded in `recorded/`, from labtui as it runs: what needs credentials or Terraform. */
export function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');
}

export const examined = (cloud: string): Answer => ({ exitCode: 4, documents: [JSON.parse(recorded(`doctor-${cloud}.json`)) as unknown], stdout: '', stderr: '' });

/** The same where somebody is logged in. */
export function loggedIn(cloud: string, who = `someone@${cloud} (account 1234)`): Answer {
  const text = JSON.stringify(JSON.parse(recorded(`doctor-${cloud}.json`)));
  const own = new RegExp(`("name":"${cloud} credentials","ok":)false(,"optional":false,"found":")[^"]*`);
  return { exitCode: 0, documents: [JSON.parse(text.replace(own, `$1true$2${who}`)) as unknown], stdout: '', stderr: '' };
}

export const planned = (name: string, exitCode: number): Answer => ({
  exitCode,
  documents: recorded(name).trim().split('\n').map((line) => JSON.parse(line) as unknown),
  stdout: '',
  stderr: '',
});

/** What is the same every time is asked once. */
const catalogue = new Map<string, Answer>();

/** The wizard as opened from the home screen, its questions answered by the real commands. */
export class WizardStory extends Story {
  readonly #cwd: string;
  readonly #identities: Readonly<Record<string, Answer>>;
  readonly #unchanging: boolean;
  #answered = 0;

  constructor(cwd: string, options: { readonly demo?: boolean; readonly unchanging?: boolean; readonly sessions?: readonly SessionSummary[]; readonly identities?: Readonly<Record<string, Answer>>; readonly size?: { readonly columns: number; readonly rows: number } } = {}) {
    super(homeState, options.size);
    this.#cwd = cwd;
    this.#unchanging = options.unchanging ?? false;
    this.#identities = options.identities ?? { aws: examined('aws'), azure: examined('azure'), gcp: examined('gcp') };
    this.send({ type: 'sessions', rows: options.sessions ?? [] });
    this.press(options.demo === true ? 'D' : 'n');
  }

  get wizard(): WizardState {
    if (this.top.kind !== 'wizard') throw new Error(`the screen is ${this.top.kind}`);
    return this.top;
  }

  /** Queries that nobody has answered yet. */
  get asked(): readonly Query[] {
    return this.effects.slice(this.#answered).flatMap(({ effect }) => (effect.do === 'query' ? [effect] : []));
  }

  /** Answers all that was asked, and what is asked then, but for those that `but` names. */
  async answer(answers: Readonly<Record<string, Answer>> = {}): Promise<this> {
    while (this.#answered < this.effects.length) {
      const effect = this.effects[this.#answered]?.effect;
      this.#answered += 1;
      if (effect?.do === 'query') this.receive({ type: 'answered', tag: effect.tag, answer: answers[effect.tag] ?? (await this.#answerTo(effect)) });
    }
    return this;
  }

  async #answerTo({ tag, args, json }: Query): Promise<Answer> {
    const [what, of = ''] = tag.split(':');
    if (what === 'doctor') return this.#identities[of] ?? examined(of);
    if (what === 'plan') return planned('plan.ndjson', 0);
    if (what === 'latencies') return { exitCode: 0, documents: [{ cloud: of, regions: [{ id: 'eu-west-1', connectMs: 12.4 }, { id: 'us-east-1', connectMs: 98 }] }], stdout: '', stderr: '' };
    const asked = `${this.#cwd} ${args.join(' ')}`;
    const answer = catalogue.get(asked) ?? (await answerTo(args, { cwd: this.#cwd, json }));
    if (this.#unchanging || ['distros', 'clouds', 'sizes', 'regions'].includes(what ?? '')) catalogue.set(asked, answer);
    return answer;
  }
}
