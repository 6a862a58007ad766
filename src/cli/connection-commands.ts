import { type Command, Option } from 'commander';
import type { CommandKit } from './command-kit.ts';
import { parseCount } from './option-parsers.ts';

/** The commands that reach into a machine: `console`, `logs`, `ssh`, `exec`, `cp`, `forward`, `ssh-config`. */
export function addConnectionCommands(program: Command, { add, action }: CommandKit): void {
  const host = (): Option => new Option('--host <name>', 'which machine, where there are several');
  const jump = (): Option => new Option('--jump <name>', 'through this machine of the session: for one without a public address');

  add(program, 'console <session>', 'what a machine has written to its console, from the cloud')
    .addOption(host())
    .option('-f, --follow', 'go on as more is written')
    .action(action(async (context, [session], options) => (await import('./commands/console.ts')).console(context, session as string, options)));
  add(program, 'logs <session>', "what cloud-init and the journal of a machine say")
    .addOption(host())
    .option('--all', 'of every machine')
    .option('-f, --follow', 'go on as more is written')
    .option('--since <time>', 'from then on: a duration back from now (10m), or a date (UTC); else all of this boot')
    .addOption(new Option('--source <source>', 'only this one').choices(['cloud-init', 'journal']))
    .addOption(jump())
    .action(action(async (context, [session], options) => (await import('./commands/logs.ts')).logs(context, session as string, options)));
  add(program, 'ssh <session> [command...]', "a shell on it, through the system's OpenSSH")
    .addOption(host())
    .addOption(jump())
    .option('-A, --agent', "lend the machine your agent's keys while you are logged in; whoever is root there can use them")
    .action(action(async (context, [session, command], options) => (await import('./commands/ssh.ts')).ssh(context, session as string, command as string[], options)));
  add(program, 'exec <session> [command...]', 'run a command on it; its exit code is ours')
    .addOption(host())
    .option('--all', 'on every machine, each line behind its name; the worst exit code counts')
    .option('--parallelism <n>', 'with --all: machines at the same time (default 32)', parseCount)
    .option('--timeout <duration>', 'end the command after this time; exit code 124')
    .addOption(jump())
    .action(action(async (context, [session, command], options) => (await import('./commands/exec.ts')).exec(context, session as string, command as string[], options)));
  add(program, 'cp <source> <target>', 'copy a file or a directory to a machine or from it: SESSION:path or SESSION/HOST:path')
    .addOption(host())
    .option('-r, --recursive', 'directories are copied with all that is in them anyway')
    .option('-L, --dereference', 'copy what links lead to in the place of the links')
    .option('--timeout <duration>', 'over the whole copy; what is cut goes on where it stopped')
    .addOption(jump())
    .action(action(async (context, [source, target], options) => (await import('./commands/cp.ts')).cp(context, source as string, target as string, options)));
  add(program, 'forward <session> <mappings...>', 'ports of this computer that lead through a machine, until Ctrl-C: PORT:HOST:PORT')
    .addOption(host())
    .addOption(jump())
    .action(action(async (context, [session, mappings], options) => (await import('./commands/forward.ts')).forward(context, session as string, mappings as string[], options)));
  add(program, 'ssh-config [session]', 'stanzas that ssh, scp and rsync accept')
    .option('--install', 'put one line at the top of ~/.ssh/config, so that ssh ALIAS reaches every live lab')
    .option('--uninstall', 'take that line away again')
    .addOption(new Option('--jump <name>', 'reach the others through this machine of the session'))
    .action(action(async (context, [session], options) => (await import('./commands/ssh-config.ts')).sshConfig(context, session as string | undefined, options)));
}
