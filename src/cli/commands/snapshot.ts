import { exitCodes } from '../../core/errors.ts';
import { type MachineSnapshot, snapshotNameAt, type SnapshotVerb } from '../../core/snapshot.ts';
import { checkSnapshotName } from '../../lab/snapshots.ts';
import { snapshot as changeSnapshot } from '../../library/change.ts';
import { snapshots as snapshotsOf } from '../../library/look.ts';
import { askYesNo, cannotAsk } from '../approval.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { follow } from '../library-call.ts';
import { openReader } from '../readers/open-reader.ts';
import { openSessions } from '../../library/sessions.ts';
import { formatBytes } from '../../core/bytes.ts';
import { renderTable } from '../text/table.ts';
import type { MachineOptions } from './power.ts';

export interface SnapshotOptions extends MachineOptions {
  readonly autoApprove?: boolean;
}

/** `labtui snapshot create|restore|delete S [NAME]`. */
export async function snapshot(context: CliContext, verb: SnapshotVerb, reference: string, given: string | undefined, options: SnapshotOptions): Promise<number> {
  const name = given ?? snapshotNameAt(new Date());
  checkSnapshotName(name);
  const mayAsk = context.interactive && !context.settings.json;
  const asks = verb === 'restore' && options.autoApprove !== true;
  if (asks && !mayAsk) throw cannotAsk();
  const { id } = await openSessions(context).resolve(reference, { archived: true });
  if (asks) {
    context.err(`\n  ${options.host ?? options.stack ?? id} goes back to the snapshot ${name}; what was written since then is lost\n`);
    if (!(await askYesNo(context, 'Restore?'))) {
      context.err('  everything stays as it is\n');
      return exitCodes.notApproved;
    }
  }
  const { host, stack, timeout } = options;
  const reader = await openReader(context);
  try {
    const result = await follow(changeSnapshot(verb, id, name, { ...around(context), host, stack, timeout }), reader);
    reader.end();
    if (!context.settings.json && result.ok) {
      const { theme } = context;
      context.out(`${theme.good(theme.glyphs.ready)} ${{ create: `${name} is kept`, restore: `back at ${name}`, delete: `${name} is deleted` }[verb]}\n`);
      if (verb === 'create') context.err(`  back to it: labtui snapshot restore ${id} ${name}\n`);
    }
    return result.exitCode;
  } finally {
    reader.end();
  }
}

/** `labtui snapshot list S`: the snapshots of its machines, oldest first. */
export async function listSnapshotsOf(context: CliContext, reference: string, options: MachineOptions): Promise<number> {
  const { id } = await openSessions(context).resolve(reference, { archived: true });
  const { host, stack } = options;
  const snapshots = await snapshotsOf(id, { ...around(context), host, stack });
  if (context.settings.json) {
    context.out(`${JSON.stringify(snapshots, null, 2)}\n`);
    return exitCodes.done;
  }
  if (snapshots.length === 0) {
    context.err(`${id} has no snapshot\n  try:   labtui snapshot create ${id}\n`);
    return exitCodes.done;
  }
  const { dash } = context.theme.glyphs;
  const table = renderTable<MachineSnapshot>(
    snapshots,
    [
      { title: 'NAME', value: ({ name }) => name },
      { title: 'MACHINE', value: ({ host }) => host },
      { title: 'MADE', value: ({ createdAt }) => createdAt ?? dash },
      { title: 'SIZE', align: 'right', value: ({ sizeBytes }) => (sizeBytes === null ? dash : formatBytes(sizeBytes)) },
    ],
    context.columns,
  );
  context.out(`${table}\n`);
  return exitCodes.done;
}
