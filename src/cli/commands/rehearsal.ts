import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { exitCodes, LabError } from '../../core/errors.ts';
import type { JournalEntry, World } from '../../rehearsal/engine/world.ts';
import type { FaceServer } from '../../rehearsal/face/serve.ts';
import { worldDirectory } from '../../rehearsal/place.ts';
import type { CliContext } from '../context.ts';
import { openSessions, sessionsRoot } from '../../library/sessions.ts';
import { renderTable } from '../text/table.ts';

export interface ServeOptions {
  readonly port?: number;
  readonly fault?: readonly string[];
}

const usualPort = 4580;

/** `labtui rehearsal serve`: the simulated clouds' APIs on a fixed port of this computer, for a cloud's own tools, until Ctrl-C. */
export async function serveRehearsal(context: CliContext, { port = usualPort, fault = [] }: ServeOptions): Promise<number> {
  const [{ openRehearsal }, { serveFaces }, { worldCertificate }, { loadFaces, simulations }, { parseFaultList }] = await Promise.all([
    import('../../library/rehearsal/open-rehearsal.ts'),
    import('../../rehearsal/face/serve.ts'),
    import('../../rehearsal/face/world-certificate.ts'),
    import('../../rehearsal/clouds.ts'),
    import('../../rehearsal/engine/fault-spec.ts'),
  ]);
  const faults = parseFaultList(fault, (await context.loadClouds()).ids);
  const faces = await loadFaces();
  const rehearsal = await openRehearsal(context, sessionsRoot(context));
  const { world, run } = rehearsal;
  const caller = { actor: 'client', run, session: null, stack: null } as const;
  const { tls, bundleFile } = await worldCertificate(worldDirectory(sessionsRoot(context)), context.environment.SSL_CERT_FILE ?? null);
  const opened: FaceServer[] = [];
  const open = async (at: number, options: { readonly tls?: typeof tls }): Promise<string> => {
    const server = await serveFaces({ world, faces, caller, port: at, holdsProcess: true, ...options }).catch((error: unknown) => {
      throw inUse(error, at, port);
    });
    opened.push(server);
    return server.origin;
  };
  try {
    const origin = await open(port, {});
    const httpsOrigin = await open(httpsPort(port), { tls });
    const origins = { http: origin, https: httpsOrigin, bundleFile };
    const environment = Object.fromEntries(simulations.map((cloud) => [cloud.id, cloud.toolEnvironment(origins)]));
    await rehearsal.arm(faults);
    if (context.settings.json) context.out(`${JSON.stringify({ origin, httpsOrigin, world: world.directory, environment })}\n`);
    else context.out(instructions({ origin, httpsOrigin }, environment, context));
    if (!context.signal.aborted) await once(context.signal, 'abort');
  } finally {
    await rehearsal.end();
    await Promise.all(opened.map((server) => server.close()));
  }
  return context.signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
}

/** TLS has the next port: some tools speak nothing else. */
function httpsPort(port: number): number {
  return port < 65_535 ? port + 1 : port - 1;
}

/** What each cloud's own tools take to talk to the simulated one. */
type ToolEnvironment = Readonly<Record<string, Readonly<Record<string, string>>>>;

function instructions({ origin, httpsOrigin }: { readonly origin: string; readonly httpsOrigin: string }, environment: ToolEnvironment, { theme }: CliContext): string {
  const lines = Object.entries(environment).flatMap(([cloud, variables]) => [
    theme.bold(cloud),
    ...Object.entries(variables).map(([name, value]) => `  export ${name}=${/^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`}`),
  ]);
  return `${theme.good(theme.glyphs.ready)} simulated clouds at ${origin} and ${httpsOrigin}   Ctrl-C ends it\n\n${lines.join('\n')}\n\n  such as: aws ec2 describe-instances\n`;
}

function inUse(error: unknown, port: number, asked: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return error;
  return new LabError({ kind: 'prerequisite', summary: `port ${port} is in use`, hint: `another one, of two: labtui rehearsal serve --port ${asked + 2}` }, { cause: error });
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
