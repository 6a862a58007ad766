import type { Command } from 'commander';
import { asRun } from './as-run.ts';
import type { CommandKit } from './command-kit.ts';
import { overrideOptions } from './override-options.ts';

// The others say where it is, and that stays.
const replaceable: ReadonlySet<string> = new Set(['distro', 'size', 'instance-type', 'arch', 'image', 'disk']);

/** `labtui replace S --distro D`. */
export function addReplaceCommand(program: Command, { add, action, approve }: CommandKit, withRehearsal: (command: Command, rehearse: string) => Command): void {
  const command = withRehearsal(add(program, 'replace <session>', 'make its machines another distribution; name, key, network and deadline stay'), 'refuse what is not rehearsed');
  // Of every stack and machine that is meant, so one of each is all that makes sense.
  for (const option of overrideOptions().filter((one) => replaceable.has(one.name()))) {
    command.addOption(option.name() === 'distro' ? option.makeOptionMandatory() : option);
  }
  command
    .option('--stack <stack>', 'only this one, where there are several')
    .option('--host <name>', 'only this machine, where there are several')
    .option('--no-rollback', 'leave what fails as it is, instead of making the former again')
    .addOption(approve)
    .option('--timeout <duration>', 'over the whole run but for a rollback, such as 10m')
    .action(action((context, [session], options) => asRun(context, async () => (await import('./commands/replace.ts')).replace(context, session as string, options))));
}
