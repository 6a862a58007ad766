import { type Command, Option } from 'commander';
import type { CommandKit } from './command-kit.ts';
import { collectList } from './option-parsers.ts';

/** The commands for a CI: `ci init`. */
export function addCiCommands(program: Command, { add, action }: CommandKit): void {
  const list = (flags: string, help: string): Option => new Option(flags, help).argParser(collectList);
  const ci = add(program, 'ci', 'labs in a CI: GitHub Actions, GitLab');
  add(ci, 'init [command...]', 'write the files that have it run a command on labs')
    .addOption(list('--provider <providers>', 'github or gitlab; by default what the repository has, else both'))
    .addOption(list('--distro <distros>', 'the distributions, separated by commas (default: debian)'))
    .addOption(list('--cloud <clouds>', 'the clouds, separated by commas (default: aws)'))
    .addOption(list('--arch <arches>', 'the architectures, separated by commas'))
    .option('--rehearse', 'on simulated clouds: no account, no cost')
    .option('--sweeper', 'also a schedule that ends what a cancelled or lost job has left')
    .option('--stdout', 'print them, write nothing')
    .option('--force', 'write over other files that are there')
    .action(action(async (context, [command], options) => (await import('./commands/ci.ts')).ciInit(context, command as string[], options)));
}
