import { type Command, Option } from 'commander';
import { asRun } from './as-run.ts';
import type { CommandKit } from './command-kit.ts';

/** The commands that switch machines, and take them back in time: `stop`, `start`, `restart`, `snapshot`. */
export function addPowerCommands(program: Command, { add, action, approve }: CommandKit): void {
  const some = (command: Command): Command =>
    command.option('--host <name>', 'only this machine').addOption(new Option('--stack <stack>', 'only the machines of this stack'));
  const timed = (command: Command): Command => some(command).option('--timeout <duration>', 'over the whole run, such as 10m');
  const verbs = {
    stop: 'stop its machines; disks and session stay, and it says what still costs',
    start: 'start them again, follow their new addresses, wait for SSH',
    restart: 'stop and start them',
  } as const;
  for (const verb of ['stop', 'start', 'restart'] as const) {
    timed(add(program, `${verb} <session>`, verbs[verb])).action(
      action((context, [session], options) => asRun(context, async () => (await import('./commands/power.ts')).power(context, verb, session as string, options))),
    );
  }

  const snapshot = add(program, 'snapshot', "a machine's disk as it was at a time, to go back to");
  timed(add(snapshot, 'create <session> [name]', 'keep how its machines are now'))
    .action(action((context, [session, name], options) => asRun(context, async () => (await import('./commands/snapshot.ts')).snapshot(context, 'create', session as string, name as string | undefined, options))));
  some(add(snapshot, 'list <session>', 'those that there are, oldest first'))
    .action(action(async (context, [session], options) => (await import('./commands/snapshot.ts')).listSnapshotsOf(context, session as string, options)));
  timed(add(snapshot, 'restore <session> <name>', 'take its machines back to one; what came after it is lost'))
    .addOption(approve)
    .action(action((context, [session, name], options) => asRun(context, async () => (await import('./commands/snapshot.ts')).snapshot(context, 'restore', session as string, name as string, options))));
  timed(add(snapshot, 'delete <session> <name>', 'forget one; the machines stay as they are'))
    .action(action((context, [session, name], options) => asRun(context, async () => (await import('./commands/snapshot.ts')).snapshot(context, 'delete', session as string, name as string, options))));
}
