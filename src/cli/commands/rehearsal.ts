import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { exitCodes, LabError } from '../../core/errors.ts';
import type { JournalEntry, World } from '../../rehearsal/engine/world.ts';
import { worldDirectory } from '../../rehearsal/place.ts';
import type { CliContext } from '../context.ts';
import { openSessions, sessionsRoot } from '../sessions.ts';
import { renderTable } from '../text/table.ts';

export interface ServeOptions {
  readonly port?: number;
  readonly fault?: readonly string[];
}

const usualPort = 4580;

/** `labtui rehearsal serve`: the simulated clouds' APIs on a fixed port of this computer, for a cloud's own tools, until Ctrl-C. */
export async function serveRehearsal(context: CliContext, { port = usualPort, fault = [] }: ServeOptions): Promise<number> {
  const [{ openRehearsal }, { serveFaces }, { faces }, { parseFaultList }] = await Promise.all([
    import('../rehearsal/open-rehearsal.ts'),
    import('../../rehearsal/face/serve.ts'),
    import('../../rehearsal/faces.ts'),
    import('../../rehearsal/engine/fault-spec.ts'),
  ]);
  const faults = parseFaultList(fault);
  const rehearsal = await openRehearsal(context, sessionsRoot(context));
  const { world, run } = rehearsal;
  const caller = { actor: 'client', run, session: null, stack: null } as const;
  const server = await serveFaces({ world, faces, caller, port, holdsProcess: true }).catch((error: unknown) => {
    throw inUse(error, port);
  });
  await rehearsal.arm(faults);
  try {
    if (context.settings.json) context.out(`${JSON.stringify({ origin: server.origin, world: world.directory, environment: forTools(server.origin) })}\n`);
    else context.out(instructions(server.origin, context));
    if (!context.signal.aborted) await once(context.signal, 'abort');
  } finally {
    await rehearsal.end();
    await server.close();
  }
  return context.signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
}

/** What the clouds' own tools take to talk to a simulated cloud, by cloud. */
function forTools(origin: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return {
    aws: { AWS_ENDPOINT_URL: origin, AWS_ACCESS_KEY_ID: 'SIMULATED', AWS_SECRET_ACCESS_KEY: 'simulated', AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' },
    gcp: { CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${origin}/compute/v1/`, CLOUDSDK_AUTH_ACCESS_TOKEN: 'simulated' },
    azure: { ARM_ENDPOINT: origin },
  };
}

function instructions(origin: string, { theme }: CliContext): string {
  const lines = Object.entries(forTools(origin)).flatMap(([cloud, variables]) => [
    theme.bold(cloud),
    ...Object.entries(variables).map(([name, value]) => `  export ${name}=${value}`),
  ]);
  return `${theme.good(theme.glyphs.ready)} simulated clouds at ${origin}   Ctrl-C ends it\n\n${lines.join('\n')}\n\n  such as: aws ec2 describe-instances\n`;
}

function inUse(error: unknown, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return error;
  return new LabError({ kind: 'prerequisite', summary: `port ${port} is in use`, hint: `another one: labtui rehearsal serve --port ${port + 1}` }, { cause: error });
}

/** `labtui rehearsal status`: what exists in the simulated clouds, and what was asked of them last. */
export async function rehearsalStatus(context: CliContext): Promise<number> {
  const directory = worldDirectory(sessionsRoot(context));
  if (!existsSync(directory)) {
    if (context.settings.json) context.out(`${JSON.stringify({ world: null, resources: [], journal: [] })}\n`);
    else context.err(`no rehearsal in ${sessionsRoot(context)} yet\n  try:   labtui demo   or   labtui apply --distro debian --cloud aws --rehearse\n`);
    return exitCodes.done;
  }
  const world = await openExisting(directory);
  const resources = await world.read((view) =>
    view.clouds.flatMap((cloud) =>
      view.list(cloud).map(({ kind, id, name, region, zone, tags, machine }) => ({ cloud, kind, id, name, region, zone, state: machine?.state ?? null, session: tags['labtui-session-id'] ?? null })),
    ),
  );
  const journal = await world.journal(20);
  const clock = world.clock();
  if (context.settings.json) {
    context.out(`${JSON.stringify({ world: directory, now: new Date(world.now()).toISOString(), clock, resources, journal }, null, 2)}\n`);
    return exitCodes.done;
  }
  context.out(`${directory}   delays pass ${clock.speed} times faster than in reality\n\n`);
  const own = resources.filter(({ session }) => session !== null);
  if (own.length === 0) context.out('nothing of a lab exists in the simulated clouds\n');
  else {
    context.out(
      `${renderTable(
        own,
        [
          { title: 'CLOUD', value: ({ cloud }) => cloud },
          { title: 'KIND', value: ({ kind }) => kind },
          { title: 'NAME', value: ({ name }) => name ?? '' },
          { title: 'STATE', value: ({ state }) => state ?? '' },
          { title: 'WHERE', value: ({ zone, region }) => zone ?? region ?? 'global' },
          { title: 'ID', value: ({ id }) => id },
        ],
        context.columns,
      )}\n`,
    );
  }
  if (journal.length > 0) context.out(`\nthe last calls\n${journal.map(journalLine).join('\n')}\n`);
  return exitCodes.done;
}

function journalLine({ time, cloud, operation, caller, ok, error, target }: JournalEntry): string {
  return `  ${time.slice(11, 19)}  ${cloud.padEnd(5)} ${caller.actor.padEnd(9)} ${operation}${target === null ? '' : ` ${target}`}${ok ? '' : `   ${error?.code ?? 'failed'}`}`;
}

async function openExisting(directory: string): Promise<World> {
  const [{ openWorld }, { models }] = await Promise.all([import('../../rehearsal/engine/disk-world.ts'), import('../../rehearsal/clouds.ts')]);
  return openWorld(directory, { models });
}

/** `labtui rehearsal reset`: forgets the simulated clouds with all that is in them. Sessions stay; what they rehearsed is gone. */
export async function resetRehearsal(context: CliContext): Promise<number> {
  const root = sessionsRoot(context);
  const rehearsed = (await openSessions(context).list({ archived: false })).filter((session) => session.rehearsed);
  await rm(worldDirectory(root), { recursive: true, force: true });
  if (context.settings.json) {
    context.out(`${JSON.stringify({ world: worldDirectory(root), reset: true, sessions: rehearsed.map(({ id }) => id) })}\n`);
    return exitCodes.done;
  }
  context.out(`${context.theme.good(context.theme.glyphs.ready)} the simulated clouds are empty again\n`);
  if (rehearsed.length > 0) {
    context.err(`  the machines of ${rehearsed.map(({ id }) => id).join(', ')} went with them\n  end these sessions: labtui cleanup --rehearse\n`);
  }
  return exitCodes.done;
}
