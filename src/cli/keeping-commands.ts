import { type Command, Option } from 'commander';
import { asRun } from './as-run.ts';
import type { CommandKit } from './command-kit.ts';
import { parseCount } from './option-parsers.ts';

/** The commands that look after what is kept of sessions, and after their end: `state`, `archive`, `sweeper`. */
export function addKeepingCommands(program: Command, { add, action, approve }: CommandKit): void {
  const state = add(program, 'state', 'the Terraform state of a session, and the versions that are kept of it');
  const stack = (): Option => new Option('--stack <stack>', 'which stack, where there are several');
  add(state, 'list <session>', 'the versions, newest first')
    .addOption(stack())
    .action(action(async (context, [session], options) => (await import('./commands/state.ts')).listState(context, session as string, options)));
  add(state, 'show <session>', 'the resources of a version, by default of the present state; with --json the document')
    .argument('[n]', 'which version; 1 is the newest', parseCount)
    .addOption(stack())
    .action(action(async (context, [session, version], options) => (await import('./commands/state.ts')).showState(context, session as string, version as number | undefined, options)));
  add(state, 'restore <session>', 'put a version back; nothing in the cloud is touched')
    .argument('[n]', 'which version; by default the newest that is another one', parseCount)
    .addOption(stack())
    .option('--force', 'also a version of another lineage')
    .addOption(approve)
    .action(action((context, [session, version], options) => asRun(context, async () => (await import('./commands/state.ts')).restoreState(context, session as string, version as number | undefined, options))));
  const archive = add(program, 'archive', 'sessions that have ended, with their events and receipts');
  add(archive, 'list', 'the longest ended first').action(action(async (context) => (await import('./commands/archive.ts')).listArchive(context)));
  add(archive, 'prune', 'remove those that ended long ago, for good')
    .option('--older-than <duration>', 'those that ended longer ago than this (default 90d)')
    .option('--dry-run', 'only list them')
    .action(action(async (context, _, options) => (await import('./commands/archive.ts')).pruneArchive(context, options)));

  const sweeper = add(program, 'sweeper', 'a schedule that ends what has expired, also when you forget');
  add(sweeper, 'install', 'run labtui cleanup --expired again and again: by systemd, else by cron')
    .option('--interval <duration>', 'how often (default 15m)')
    .addOption(new Option('--scheduler <scheduler>', 'by which of them').choices(['systemd', 'cron']))
    .option('--github', "in GitHub Actions: write the repository's .github/workflows/labtui-sweep.yml")
    .option('--gitlab', 'in GitLab: print a job for .gitlab-ci.yml')
    .option('--force', 'write over a workflow that is there')
    .action(action(async (context, _, options) => (await import('./commands/sweeper.ts')).installSweeper(context, options)));
  add(sweeper, 'status', 'whether it is at work, how its last run went, when the next one is due').action(
    action(async (context) => (await import('./commands/sweeper.ts')).sweeperStatus(context)),
  );
  add(sweeper, 'remove', 'end it, and leave nothing of it').action(action(async (context) => (await import('./commands/sweeper.ts')).removeSweeper(context)));
  add(sweeper, 'run', 'what the schedule starts: labtui cleanup --expired, its result kept for status').action(
    action((context) => asRun(context, async () => (await import('./commands/sweeper.ts')).runSweeper(context))),
  );
}
