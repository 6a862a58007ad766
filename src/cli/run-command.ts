import { type Command, Option } from 'commander';
import { asRun } from './as-run.ts';
import type { CommandKit } from './command-kit.ts';
import { collect, parseCount, parseRetries } from './option-parsers.ts';

/** `labtui run -- CMD...`. */
export function addRunCommand(program: Command, { add, action, approve }: CommandKit, withLab: (command: Command) => Command): void {
  withLab(add(program, 'run [command...]', 'one lab for each combination of --distro, --cloud and --arch: run the command there, collect, tear down'))
    .option('--parallelism <n>', 'labs at the same time (default: what the free memory has room for, at most 10)', parseCount)
    .addOption(new Option('--copy <path>', 'copy this there, in the place of all of the working directory; may be repeated').argParser(collect))
    .option('--no-copy', 'copy nothing')
    .addOption(new Option('--exclude <name>', 'leave files and directories of this name here; may be repeated').argParser(collect))
    .addOption(new Option('--collect <path>', 'bring this file or directory back, from where the files were copied to; may be repeated').argParser(collect))
    .option('--output <dir>', 'where that goes, and all output, one directory for each cell (default with --collect: labtui-results)')
    .option('--junit <file>', 'write the outcome as JUnit XML')
    .option('--tap', 'the outcome as TAP on stdout; all else on stderr')
    .option('--keep-failed', 'leave the lab of a cell that did not pass')
    .option('--reuse', 'one lab for all distros of a cloud and architecture, its machine replaced in place')
    .option('--retries <n>', 'how many more labs are made where one fails; a test is never repeated (default 1)', parseRetries)
    .option('--skip-impossible', 'leave combinations out that cannot be; those of a pattern are left out anyway')
    .option('--test-timeout <duration>', 'end the command after this time; it has failed then')
    .addOption(approve)
    .action(action((context, [command], options) => asRun(context, async () => (await import('./commands/run.ts')).run(context, command as string[], options))));
}
