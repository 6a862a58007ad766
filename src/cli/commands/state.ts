import { readFile } from 'node:fs/promises';
import { exitCodes, LabError } from '../../core/errors.ts';
import { restoreState as restore } from '../../lab/restore-state.ts';
import { chosenVersion, forgottenBy, type StateHistory, stateHistory, type StateVersion } from '../../lab/state-versions.ts';
import type { InstalledSessionStore } from '../../sessions/store.ts';
import { readState } from '../../terraform/state.ts';
import { approver, askYesNo, cannotAsk } from '../approval.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { openReader } from '../readers/open-reader.ts';
import { isRehearsed, withPorts } from '../../library/rehearsal/with-ports.ts';
import { openSessions } from '../../library/sessions.ts';
import { formatBytes } from '../../core/bytes.ts';
import { renderTable } from '../text/table.ts';

export interface StateOptions {
  readonly stack?: string;
  readonly autoApprove?: boolean;
  readonly force?: boolean;
}

/** One version of a stack's state, as `state list` gives it. */
interface VersionRow {
  readonly stack: string;
  /** 1 is the newest kept one; null: the present state, where no kept version equals it. */
  readonly number: number | null;
  readonly time: string | null;
  readonly serial: number | null;
  readonly resources: number | null;
  readonly bytes: number | null;
  /** Whether Terraform works with it now. */
  readonly present: boolean;
  /** Why it cannot be read. */
  readonly problem: string | null;
}

/** `labtui state list S`: the versions of the state that are kept, newest first. */
export async function listState(context: CliContext, reference: string, options: StateOptions): Promise<number> {
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const rows: VersionRow[] = [];
  for (const stack of await stacksOf(store, id, options.stack)) rows.push(...rowsOf(stack, await stateHistory(id, stack, { sessions: store, readState })));
  if (context.settings.json) {
    context.out(`${JSON.stringify(rows, null, 2)}\n`);
    return exitCodes.done;
  }
  if (rows.length === 0) {
    context.err(`${id} has no state yet\n`);
    return exitCodes.done;
  }
  const dash = context.theme.glyphs.dash;
  const several = new Set(rows.map(({ stack }) => stack)).size > 1;
  const table = renderTable(
    rows,
    [
      ...(several ? [{ title: 'STACK', value: ({ stack }: VersionRow) => stack }] : []),
      { title: 'N', align: 'right', value: ({ number }) => (number === null ? dash : String(number)) },
      { title: 'KEPT', value: ({ time, problem }) => problem ?? time ?? 'not kept yet' },
      { title: 'SERIAL', align: 'right', value: ({ serial }) => (serial === null ? dash : String(serial)) },
      { title: 'RESOURCES', align: 'right', value: ({ resources }) => (resources === null ? dash : String(resources)) },
      { title: 'SIZE', align: 'right', value: ({ bytes }) => (bytes === null ? dash : formatBytes(bytes)) },
      { title: 'NOW', value: ({ present }) => (present ? context.theme.glyphs.ready : '') },
    ],
    context.columns,
  );
  context.out(`${table}\n`);
  return exitCodes.done;
}

/** `labtui state show S [N]`: the resources of a version, by default of the present state; with `--json` the document itself. */
export async function showState(context: CliContext, reference: string, version: number | undefined, options: StateOptions): Promise<number> {
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const stack = await oneStack(store, id, options.stack);
  const history = await stateHistory(id, stack, { sessions: store, readState });
  const file = version === undefined ? store.paths(id).state(stack) : versionOf(history, version, id, stack).file;
  const state = await readState(file);
  if (state.kind !== 'ok') {
    throw new LabError({
      kind: 'state',
      summary: state.kind === 'absent' ? `${stack} has no state` : `the state of ${stack} ${state.reason}`,
      detail: file,
      hint: `labtui state list ${id}   shows the versions that are kept`,
    });
  }
  if (context.settings.json) {
    context.out(await readFile(file, 'utf8'));
    return exitCodes.done;
  }
  context.err(`  ${stack}   serial ${state.serial}   lineage ${state.lineage}   Terraform ${state.terraformVersion}\n`);
  const columns = [
    { title: 'ADDRESS', value: ({ address, tainted }: (typeof state.resources)[number]) => (tainted ? `${address} (tainted)` : address) },
    { title: 'ID', value: ({ id: resource }: (typeof state.resources)[number]) => resource ?? '' },
    { title: 'NAME', value: ({ name }: (typeof state.resources)[number]) => name ?? '' },
  ];
  context.out(`${renderTable(state.resources, columns, context.columns)}\n`);
  return exitCodes.done;
}

/** `labtui state restore S [N]`: puts a version back; without N the newest that is another one than the present state. */
export async function restoreState(context: CliContext, reference: string, version: number | undefined, options: StateOptions): Promise<number> {
  const mayAsk = context.interactive && !context.settings.json;
  if (options.autoApprove !== true && !mayAsk) throw cannotAsk();
  const store = openSessions(context);
  const { id } = await store.resolve(reference);
  const stack = await oneStack(store, id, options.stack);
  const history = await stateHistory(id, stack, { sessions: store, readState });
  const chosen = version === undefined ? chosenVersion(history, null) : versionOf(history, version, id, stack);
  if (chosen === null) {
    throw new LabError({ kind: 'not-found', summary: `no version of ${stack} is kept but the present one`, hint: `labtui state list ${id}` });
  }
  if (options.autoApprove !== true && !chosen.present) {
    context.err(question(chosen, history, stack));
    if (!(await askYesNo(context, 'Restore?'))) {
      context.err('  the state stays as it is\n');
      return exitCodes.notApproved;
    }
  }
  const reader = await openReader(context);
  try {
    const rehearsed = await isRehearsed(store, id);
    const result = await withPorts(context, { rehearsed, options: {}, approve: approver(context, reader) }, (ports) =>
      restore({ id, stackId: stack, backup: chosen.name, force: options.force === true, sink: (event) => reader.take(event), signal: context.signal }, ports),
    );
    reader.end();
    if (!context.settings.json && result.ok) {
      context.out(`${context.theme.good(context.theme.glyphs.ready)} ${stack} has the state of ${chosen.time} (serial ${chosen.serial}, ${chosen.resources.length} resources)\n`);
      context.err(`  what it was is kept: labtui state list ${id}\n  does the cloud agree:  labtui verify ${id}\n`);
    }
    return result.exitCode;
  } finally {
    reader.end();
  }
}

function rowsOf(stack: string, { now, versions }: StateHistory): readonly VersionRow[] {
  const kept = versions.map(({ number, time, serial, resources, bytes, present }) => ({ stack, number, time, serial, resources: resources.length, bytes, present, problem: null }));
  if (now.kind === 'absent' || kept.some(({ present }) => present)) return kept;
  const bare = { stack, number: null, time: null, bytes: null, present: true };
  const present = now.kind === 'ok' ? { ...bare, serial: now.serial, resources: now.resources.length, problem: null } : { ...bare, serial: null, resources: null, problem: now.reason };
  return [present, ...kept];
}

function versionOf(history: StateHistory, number: number, id: string, stack: string): StateVersion {
  const version = chosenVersion(history, number);
  if (version !== null) return version;
  const { length } = history.versions;
  throw new LabError({
    kind: 'not-found',
    summary: length === 0 ? `no version of ${stack} is kept` : `${stack} has ${length} kept versions, so there is no ${number}`,
    hint: `labtui state list ${id}`,
  });
}

function question(version: StateVersion, { now }: StateHistory, stack: string): string {
  const forgotten = forgottenBy(version, now);
  const was = now.kind === 'ok' ? `serial ${now.serial}, ${now.resources.length} resources` : now.kind === 'absent' ? 'missing' : now.reason;
  const shown = forgotten.slice(0, 5);
  return [
    '',
    `  the state of ${stack}${now.kind === 'unreadable' ? '' : ':'} ${was}`,
    `  becomes that of ${version.time}: serial ${version.serial}, ${version.resources.length} resources`,
    ...(shown.length === 0 ? [] : [`  it forgets ${shown.join(', ')}${forgotten.length > shown.length ? ` and ${forgotten.length - shown.length} more` : ''}`]),
    '  nothing in the cloud is touched, and the state as it is stays among the versions',
    '',
  ].join('\n');
}

async function oneStack(store: InstalledSessionStore, id: string, wanted: string | undefined): Promise<string> {
  const [first, ...others] = await stacksOf(store, id, wanted);
  if (first === undefined) throw new LabError({ kind: 'not-found', summary: `${id} has no stack` });
  if (others.length > 0) throw new UsageError(`${id} has several stacks`, `--stack ${first}   or: ${others.join(', ')}`);
  return first;
}

async function stacksOf(store: InstalledSessionStore, id: string, wanted: string | undefined): Promise<readonly string[]> {
  const stacks = Object.keys((await store.load(id)).stacks);
  if (wanted === undefined) return stacks;
  if (!stacks.includes(wanted)) throw new LabError({ kind: 'not-found', summary: `${id} has no stack ${wanted}`, hint: `one of: ${stacks.join(', ')}` });
  return [wanted];
}
