import { exitCodes } from '../../core/errors.ts';
import type { KnownResource, RestoreQuestion, StateVersionRow } from '../../library/kept-state.ts';
import { restoreState as putBack, state, stateVersions } from '../../library/state.ts';
import { askYesNo, cannotAsk } from '../approval.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { follow } from '../library-call.ts';
import { openReader } from '../readers/open-reader.ts';
import { formatBytes } from '../../core/bytes.ts';
import { renderTable } from '../text/table.ts';

export interface StateOptions {
  readonly stack?: string;
  readonly autoApprove?: boolean;
  readonly force?: boolean;
}

/** `labtui state list S`: the versions of the state that are kept, newest first. */
export async function listState(context: CliContext, reference: string, { stack: wanted }: StateOptions): Promise<number> {
  const rows = await stateVersions(reference, { ...around(context), stack: wanted });
  if (context.settings.json) {
    context.out(`${JSON.stringify(rows, null, 2)}\n`);
    return exitCodes.done;
  }
  if (rows.length === 0) {
    context.err(`${reference} has no state yet\n`);
    return exitCodes.done;
  }
  const dash = context.theme.glyphs.dash;
  const several = new Set(rows.map(({ stack }) => stack)).size > 1;
  const table = renderTable(
    rows,
    [
      ...(several ? [{ title: 'STACK', value: ({ stack }: StateVersionRow) => stack }] : []),
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
export async function showState(context: CliContext, reference: string, version: number | undefined, { stack: wanted }: StateOptions): Promise<number> {
  const { stack, serial, lineage, terraformVersion, resources, text } = await state(reference, version, { ...around(context), stack: wanted });
  if (context.settings.json) {
    context.out(text);
    return exitCodes.done;
  }
  context.err(`  ${stack}   serial ${serial}   lineage ${lineage}   Terraform ${terraformVersion}\n`);
  const columns = [
    { title: 'ADDRESS', value: ({ address, tainted }: KnownResource) => (tainted ? `${address} (tainted)` : address) },
    { title: 'ID', value: ({ id }: KnownResource) => id ?? '' },
    { title: 'NAME', value: ({ name }: KnownResource) => name ?? '' },
  ];
  context.out(`${renderTable(resources, columns, context.columns)}\n`);
  return exitCodes.done;
}

/** `labtui state restore S [N]`: puts a version back; without N the newest that is another one than the present state. */
export async function restoreState(context: CliContext, reference: string, version: number | undefined, { stack, force, autoApprove }: StateOptions): Promise<number> {
  const { json } = context.settings;
  if (autoApprove !== true && (!context.interactive || json)) throw cannotAsk();
  const reader = await openReader(context);
  let asked: RestoreQuestion | null = null;
  const approve = (question: RestoreQuestion): boolean | Promise<boolean> => {
    asked = question;
    if (autoApprove === true) return true;
    reader.pause();
    context.err(textOf(question));
    return askYesNo(context, 'Restore?');
  };
  try {
    const result = await follow(putBack(reference, version, { ...around(context), stack, force, approve }), reader);
    reader.end();
    if (result.exitCode === exitCodes.notApproved) context.err('  the state stays as it is\n');
    else if (!json && result.ok) sayRestored(context, result.session ?? reference, asked);
    return result.exitCode;
  } finally {
    reader.end();
  }
}

/** null: it was that version already. */
function sayRestored({ out, err, theme }: CliContext, id: string, question: RestoreQuestion | null): void {
  if (question === null) return;
  const { stack, version } = question;
  out(`${theme.good(theme.glyphs.ready)} ${stack} has the state of ${version.time} (serial ${version.serial}, ${version.resources} resources)\n`);
  err(`  what it was is kept: labtui state list ${id}\n  does the cloud agree:  labtui verify ${id}\n`);
}

function textOf({ stack, version, now, forgets }: RestoreQuestion): string {
  const was = now.kind === 'ok' ? `serial ${now.serial}, ${now.resources} resources` : now.kind === 'absent' ? 'missing' : now.reason;
  const shown = forgets.slice(0, 5);
  return [
    '',
    `  the state of ${stack}${now.kind === 'unreadable' ? '' : ':'} ${was}`,
    `  becomes that of ${version.time}: serial ${version.serial}, ${version.resources} resources`,
    ...(shown.length === 0 ? [] : [`  it forgets ${shown.join(', ')}${forgets.length > shown.length ? ` and ${forgets.length - shown.length} more` : ''}`]),
    '  nothing in the cloud is touched, and the state as it is stays among the versions',
    '',
  ].join('\n');
}
