import type { Host } from '../../src/core/events.ts';
import type { AppState } from '../../src/tui/model/app.ts';
import { homeState } from '../../src/tui/screens/home/state.ts';
import { runState } from '../../src/tui/screens/run/state.ts';
import type { ScreenState } from '../../src/tui/model/screens.ts';
import { sessionState, sessionTabs } from '../../src/tui/screens/session/state.ts';
import { facts, summary } from '../tui/facts.ts';
import { recording } from '../tui/run/recording.ts';
import { Story } from '../tui/story.ts';
import { loggedIn, WizardStory } from '../tui/wizard/wizard-story.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A screen of the interface by name, as it is at one moment. */
export interface ScreenPicture {
  readonly name: string;
  readonly app: AppState;
}

const applied = recording('apply');
const consoleText = ['[    0.000000] Linux version 6.1.0-1-simulated (rehearsal) #1 SMP', '[    1.402013] cloud-init[312]: Cloud-init v. 24.4 running init', '', 'Debian GNU/Linux 12 (bookworm)', 'rec-aws login: ', ''].join('\n');
const session = applied.at(-1)?.session ?? '';
const labs = [
  summary({ name: 'rec', id: session, distro: ['debian@12'], clouds: ['aws', 'gcp'], regions: ['eu-north-1', 'europe-west1'], size: 't3a.medium, e2-medium', rehearsed: true, hourlyCost: 0.07 }),
  summary({ name: 'kernel-lab', distro: ['fedora@44'], clouds: ['aws', 'azure', 'gcp'], regions: ['eu-central-1'], hourlyCost: 0.12, protectedBy: ['guest', 'cloud'] }),
  summary({ name: 'bisect-arm', phase: 'applying', size: 't4g.medium', createdAt: '2026-11-21T11:58:20Z' }),
  summary({ name: 'old-rocky', distro: ['rocky@9'], clouds: ['gcp'], expiresAt: '2026-11-21T11:48:00Z', hourlyCost: 0.3 }),
  summary({ name: 'no-room', distro: ['ubuntu@24.04'], phase: 'failed', hourlyCost: null, protectedBy: [] }),
];

/** A screen as the dashboard has opened it. */
function overHome(screen: ScreenState, size: Size): Story {
  const story = new Story(screen, size);
  story.app = { ...story.app, screens: [{ id: 0, state: homeState }, ...story.app.screens] };
  return story.send({ type: 'sessions', rows: labs });
}

/** Every screen at one size. Times and facts are always the same ones. `cwd`: an empty folder for the wizard. */
export async function* screenStates(size: Size, cwd: string): AsyncGenerator<ScreenPicture> {
  const home = () => new Story(undefined, size).send({ type: 'sessions', rows: labs });
  yield { name: 'dashboard-empty', app: new Story(undefined, size).send({ type: 'sessions', rows: [] }).app };
  yield { name: 'dashboard', app: home().app };
  yield { name: 'dashboard-filter', app: home().press('/', '<aws ready>').app };
  yield { name: 'help', app: home().press('?').app };
  yield { name: 'palette', app: home().press(':').app };
  yield { name: 'dialog', app: home().press('/', '<kernel>', 'enter', 'd').app };
  yield* wizard(size, cwd);
  yield* runs(size);
  yield* details(size);
  const [list] = facts.commands;
  if (list !== undefined) {
    const command = home().press(':', '<labtui list>', 'enter', 'enter');
    yield { name: 'command', app: command.receive({ type: 'answered', tag: 'run', answer: { exitCode: 0, documents: [], stdout: 'kernel-lab  fedora@44  aws azure gcp  ready  3 h 52 min left\n', stderr: '' } }).app };
  }
}

async function* wizard(size: Size, cwd: string): AsyncGenerator<ScreenPicture> {
  const story = new WizardStory(cwd, { unchanging: true, size, identities: { aws: loggedIn('aws') } });
  await story.answer();
  yield { name: 'wizard-distro', app: story.app };
  story.press('enter');
  await story.answer();
  yield { name: 'wizard-where', app: story.app };
  story.press('enter');
  await story.answer();
  yield { name: 'wizard-size', app: story.app };
  story.press('enter');
  await story.answer();
  yield { name: 'wizard-review', app: story.app };
}

function* runs(size: Size): Generator<ScreenPicture> {
  const args = ['apply', '--cloud', 'aws,gcp', '--distro', 'debian@12', '--rehearse'];
  const run = (verb: string, name: 'apply' | 'destroy' | 'quota', share = 1): Story => {
    const events = recording(name).slice(0, Math.floor(recording(name).length * share));
    return overHome(runState(verb, verb === 'apply' ? args : [verb, session], { run: 'r' }), size)
      .send({ type: 'tick', nowMs: Date.parse(events.at(-1)?.time ?? '') })
      .receive({ type: 'events', events });
  };
  yield { name: 'run', app: run('apply', 'apply', 0.5).app };
  yield { name: 'run-log', app: run('apply', 'apply', 0.5).press('l').app };
  yield { name: 'run-cancel', app: run('apply', 'apply', 0.5).press('c').app };
  yield { name: 'run-ready', app: run('apply', 'apply').app };
  yield { name: 'run-failed', app: run('apply', 'quota').app };
  yield { name: 'run-receipt', app: run('destroy', 'destroy').app };
}

function* details(size: Size): Generator<ScreenPicture> {
  const hosts = applied.flatMap((event) => (event.type === 'host' && event.stage === 'ready' ? [event as Host] : []));
  const document = { stacks: Object.fromEntries(hosts.map((host, index) => [String(index), { hosts: [host] }])) };
  const resources = applied.flatMap((event) => (event.type === 'resource' && event.status === 'complete' ? [{ stack: event.stack, address: event.address, id: event.id }] : []));
  const answer = (documents: readonly unknown[], stdout = '') => ({ exitCode: 0, documents, stdout, stderr: '' });
  const opened = () =>
    overHome(sessionState(session), size)
      .receive({ type: 'events', events: applied })
      .receive({ type: 'answered', tag: 'show', answer: answer([document]) })
      .receive({ type: 'answered', tag: 'inventory', answer: answer([resources]) })
      .receive({ type: 'files', tag: 'files', files: [{ name: 'stacks/aws/cdk.tf.json', path: '/sessions/cdk.tf.json', text: '{\n  "provider": {\n    "aws": [\n      {\n        "region": "eu-north-1"\n      }\n    ]\n  }\n}\n' }] });
  for (const [index, tab] of sessionTabs.entries()) {
    const story = opened().press(String(index + 1));
    if (tab === 'receipt') story.receive({ type: 'answered', tag: 'receipt', answer: answer([], 'no receipt: it was never destroyed\n') });
    if (tab === 'console') story.receive({ type: 'answered', tag: 'console', answer: answer([], consoleText) });
    yield { name: `session-${tab}`, app: story.app };
  }
}
