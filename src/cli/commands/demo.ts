import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invalidInput } from '../../core/errors.ts';
import { formatDuration } from '../../core/duration.ts';
import { simulations } from '../../rehearsal/clouds.ts';
import type { CliContext } from '../context.ts';
import { openTerraform } from '../../library/ports.ts';
import { openSessions, sessionsRoot } from '../../library/sessions.ts';
import { demoSteps } from '../demo/steps.ts';

export interface DemoOptions {
  readonly keep?: boolean;
  readonly listFaults?: boolean;
  readonly speed?: number;
}

/** `labtui demo`: the life of a lab on simulated clouds, by the commands a user would type. */
export async function demo(context: CliContext, options: DemoOptions): Promise<number> {
  if (options.listFaults === true) return (await import('../demo/list-faults.ts')).listFaults(context);
  if (context.settings.json) throw invalidInput('a demo is for people', 'for a program: labtui apply --rehearse --auto-approve --json');
  const startedMs = Date.now();
  // Without it there is nothing to show; its refusal says how to get it.
  const { product, version } = await openTerraform(context).version();
  const known = await context.loadClouds();
  const clouds = simulations.filter(({ id }) => known.factsOf(id).capabilities.apply);
  const place = await mkdtemp(join(tmpdir(), 'labtui-demo-'));
  try {
    const inDemo = demoContext(context, place, options.speed);
    const before = await sessionsIn(inDemo);
    say(context, `This is labtui as you would use it, with ${product} ${version} and the configuration it would really get.`);
    say(context, `Only the clouds behind it are simulated, ${formatSpeed(inDemo)}: no account, no cost.\n`);
    for (const step of demoSteps({ clouds, place, keep: options.keep === true })) {
      if (context.signal.aborted) break;
      say(context, context.theme.dim(`# ${step.why}`));
      if (step.file !== undefined) {
        await writeFile(join(place, step.file.name), step.file.text);
        say(context, `${step.file.text.trimEnd().split('\n').map((line) => `  ${line}`).join('\n')}\n`);
        continue;
      }
      say(context, context.theme.bold(`$ labtui ${step.command}`));
      const code = await step.run(inDemo);
      say(context, '');
      if (!step.expected.includes(code)) return code;
    }
    if (context.signal.aborted) return context.signal.reason === 'SIGTERM' ? 143 : 130;
    closing(context, (await sessionsIn(inDemo)).filter((id) => !before.includes(id)), options, Date.now() - startedMs);
    return 0;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** The demo's own profile lies there, and nothing of the user's configuration bends what is shown. */
function demoContext(context: CliContext, place: string, speed: number | undefined): CliContext {
  const own = Object.entries(context.environment).filter(([name]) => !name.startsWith('LABTUI_') || name === 'LABTUI_REHEARSAL_SPEED' || name === 'LABTUI_OWNER');
  return {
    ...context,
    cwd: place,
    environment: {
      ...Object.fromEntries(own),
      XDG_CONFIG_HOME: join(place, 'config'),
      ...(speed === undefined ? {} : { LABTUI_REHEARSAL_SPEED: String(speed) }),
    },
    settings: { ...context.settings, config: null, sessionsDir: sessionsRoot(context) },
  };
}

function formatSpeed({ environment }: CliContext): string {
  const speed = environment.LABTUI_REHEARSAL_SPEED ?? '30';
  return speed === '1' ? 'at their real pace' : `${speed} times faster than real ones`;
}

/** Oldest first. */
async function sessionsIn(context: CliContext): Promise<readonly string[]> {
  const sessions = await openSessions(context).list({ archived: true });
  return [...sessions].sort((a, b) => a.createdAt.localeCompare(b.createdAt)).map(({ id }) => id);
}

function closing(context: CliContext, made: readonly string[], { keep }: DemoOptions, durationMs: number): void {
  const root = sessionsRoot(context);
  say(context, `That was the whole life of a lab, in ${formatDuration(durationMs)}.`);
  const newest = made.at(-1);
  if (newest !== undefined) {
    const directory = keep === true ? join(root, newest) : join(root, '.archive', newest);
    say(context, `  the Terraform it was made of   ${join(directory, 'stacks')}/*/cdk.tf.json`);
    say(context, `  everything that happened       labtui events ${newest}`);
    if (keep === true) say(context, `  go on with it                  labtui ssh ${newest}   and in the end: labtui destroy ${newest}`);
  }
  say(context, '  what can go wrong              labtui demo --list-faults');
  say(context, '  your own, without an account   labtui apply --distro fedora --cloud aws --rehearse');
}

function say(context: CliContext, text: string): void {
  context.out(`${text}\n`);
}

