import { Command, InvalidArgumentError, Option } from 'commander';
import { asRun } from './as-run.ts';
import type { CliContext, GlobalSettings } from './context.ts';
import { applyEnvironmentTwins } from './environment-twins.ts';
import { examples } from './examples.ts';
// Not loaded on demand: it is what must answer at once, and needs next to nothing.
import { list } from './commands/list.ts';
import { withFileSettings } from './file-settings.ts';
import { overrideOptions } from './override-options.ts';

export interface ProgramPorts {
  readonly version: string;
  /** Makes the context once the global switches are known. */
  readonly start: (settings: GlobalSettings) => CliContext;
  readonly finish: (exitCode: number) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly loadClouds: CliContext['loadClouds'];
}

type Options = Readonly<Record<string, unknown>>;

/** All commands. Each one's code loads when it runs. */
export function buildProgram(ports: ProgramPorts): Command {
  const program = new Command('labtui')
    .description('One command to a shell on any distro in any cloud, and one to nothing left.')
    .version(ports.version, '-V, --version', 'print the version')
    .option('--json', 'only JSON on stdout: one document for queries, one event a line for runs')
    .option('--plain', 'no colour, no moving lines')
    .option('--quiet', 'only results and errors')
    .option('--sessions-dir <dir>', 'where sessions live')
    .option('--config <file>', "the user's configuration file")
    .option('--terraform-bin <file>', 'the terraform or tofu to use')
    .showSuggestionAfterError()
    .showHelpAfterError('(labtui help shows every command)')
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .addHelpText('after', examples[''] ?? '');

  /** Wires a command's action: environment twins first, then the context, then the code. */
  const action = (run: (context: CliContext, args: readonly unknown[], options: Options) => Promise<number> | number) =>
    async (...values: unknown[]): Promise<void> => {
      const command = values.at(-1) as Command;
      // LABTUI_OWNER says who one is, not whose labs a sweep means.
      const overrides = new Set([...overrideOptions().map((option) => option.name()), 'owner']);
      applyEnvironmentTwins(command, ports.environment, overrides);
      const options = await withFileSettings(ports, command.optsWithGlobals<Options>());
      const context = ports.start(settingsOf(options));
      ports.finish(await run(context, values.slice(0, -2), options));
    };
  const add = (parent: Command, usage: string, description: string): Command => {
    const command = parent.command(usage).description(description).exitOverride().showSuggestionAfterError();
    const text = examples[fullName(command)];
    return text === undefined ? command : command.addHelpText('after', text);
  };
  const withProfile = (command: Command): Command => {
    command.option('-p, --profile <name>', 'a profile: a name, or a path to a YAML file');
    for (const option of overrideOptions()) command.addOption(option);
    return command
      .option('--max-hourly <amount>', 'refuse a lab that costs more US dollars per hour, disks and addresses included', parseAmount)
      .option('--require-protection', 'refuse a lab that nothing would end without you')
      .option('--timeout <duration>', 'over the whole run, such as 10m');
  };
  const approve = new Option('-y, --auto-approve', 'do not ask');
  const withRehearsal = (command: Command, rehearse: string): Command =>
    command
      .option('--rehearse', rehearse)
      .addOption(new Option('--fault <spec>', 'with --rehearse: what is to go wrong (labtui demo --list-faults)').argParser(collect));

  withRehearsal(withProfile(add(program, 'apply', 'create a session: look up, plan, ask, apply, wait for SSH')), 'on simulated clouds: no account, no cost')
    .option('-s, --session <session>', 'go on with a session instead')
    .addOption(approve)
    .option('--keep-on-failure', 'leave what a failed run created')
    .option('--parallelism <n>', 'stacks at work at the same time', parseCount)
    .action(action((context, _, options) => asRun(context, async () => (await import('./commands/apply.ts')).apply(context, options))));
  withRehearsal(withProfile(add(program, 'plan', 'what apply would do and cost; leaves nothing')), 'on simulated clouds: no account, no cost').action(
    action((context, _, options) => asRun(context, async () => (await import('./commands/apply.ts')).plan(context, options))),
  );
  withRehearsal(withProfile(add(program, 'synth', "write the session's Terraform and stop")), 'on simulated clouds: no account, no cost').action(
    action((context, _, options) => asRun(context, async () => (await import('./commands/apply.ts')).synth(context, options))),
  );
  const several = (command: Command): Command =>
    command
      .addOption(approve)
      .option('--parallelism <n>', 'sessions at work at the same time (default: what the free memory has room for, at most 10)', parseCount)
      .option('--without-terraform', "delete by tag through the clouds' own APIs, where there is no Terraform or no provider");
  several(withRehearsal(add(program, 'destroy [sessions...]', 'end sessions from their state, and print the receipt'), 'refuse what is not rehearsed'))
    .option('--timeout <duration>', 'over each session, such as 10m')
    .action(action((context, [sessions], options) => asRun(context, async () => (await import('./commands/destroy.ts')).destroy(context, sessions as string[], options))));
  several(withRehearsal(add(program, 'cleanup', 'end many sessions: all of this sessions directory, or those a switch picks; or sweep the clouds'), 'only rehearsed ones; with --sweep the simulated clouds'))
    .option('--all', 'all of this sessions directory (the default)')
    .option('--expired', 'those past their deadline')
    .option('--older-than <duration>', 'those made longer ago than this')
    .option('--sweep', "look through the clouds for labtui's tags instead, and remove what is expired or was left by a crash here")
    .option('--include-unknown', 'with --sweep: also labs that nobody here knows and whose deadline is yet to come')
    .addOption(new Option('--owner <owners>', "with --sweep: only labs of these owners, also another's; * for any").argParser(collectList))
    .addOption(new Option('--cloud <clouds>', 'with --sweep: only these clouds').argParser(collectList))
    .addOption(new Option('--region <regions>', 'with --sweep: only these regions').argParser(collectList))
    .option('--everywhere', 'with --sweep: every region of every account, not only those that labtui has used')
    .option('--dry-run', 'only list them')
    .option('--timeout <duration>', 'over each session, or over the whole sweep, such as 10m')
    .action(action((context, _, options) => asRun(context, async () => (await import('./commands/cleanup.ts')).cleanup(context, options))));
  withRehearsal(add(program, 'extend <session> [duration]', 'move its deadline while its machines run'), 'refuse what is not rehearsed')
    .option('--until <time>', 'to this time instead, with its zone: 2026-11-21T18:00Z')
    .option('--timeout <duration>', 'over the whole run, such as 10m')
    .action(
      action((context, [session, by], options) =>
        asRun(context, async () => (await import('./commands/extend.ts')).extend(context, session as string, by as string | undefined, options)),
      ),
    );
  add(program, 'receipt [session]', 'what the last teardown of a session, or the last sweep, proved')
    .option('--sweep', 'that of the last cleanup --sweep')
    .option('--rehearse', 'with --sweep: of the simulated clouds')
    .action(action(async (context, [session], options) => (await import('./commands/receipt.ts')).receipt(context, session as string | undefined, options)));
  add(program, 'verify <session>', 'its state against its clouds: drifted, vanished, orphaned; exit 9 where they differ').action(
    action(async (context, [session]) => (await import('./commands/verify.ts')).verify(context, session as string)),
  );

  add(program, 'list', 'the labs of this sessions directory')
    .option('--all', 'archived ones too')
    .action(action(async (context, _, options) => list(context, options)));
  add(program, 'show <session>', 'one session').action(
    action(async (context, [session]) => (await import('./commands/show.ts')).show(context, session as string)),
  );
  add(program, 'events [session]', 'the audit trail')
    .option('--all', 'of every session')
    .option('-f, --follow', 'go on as events come')
    .option('--since <time>', 'from then on: a duration back from now (2h), or a date (UTC)')
    .option('--until <time>', 'up to then')
    .action(action(async (context, [session], options) => (await import('./commands/events.ts')).events(context, session as string | undefined, options)));
  add(program, 'inventory <session>', 'the resources in the Terraform state')
    .addOption(new Option('--format <format>', 'how to print it').choices(['table', 'json', 'csv', 'ids']))
    .action(action(async (context, [session], options) => (await import('./commands/inventory.ts')).inventory(context, session as string, options)));

  add(program, 'console <session>', 'what a machine has written to its console, from the cloud')
    .option('--host <name>', 'which machine, where there are several')
    .option('-f, --follow', 'go on as more is written')
    .action(action(async (context, [session], options) => (await import('./commands/console.ts')).console(context, session as string, options)));

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

  add(program, 'ssh <session> [command...]', "a shell on it, through the system's OpenSSH")
    .option('--host <name>', 'which machine, where there are several')
    .action(action(async (context, [session, command], { host }) => (await import('./commands/ssh.ts')).ssh(context, session as string, command as string[], host as string | undefined)));
  add(program, 'exec <session> [command...]', 'run a command on it; its exit code is ours')
    .option('--host <name>', 'which machine, where there are several')
    .option('--all', 'on every machine; the worst exit code counts')
    .action(action(async (context, [session, command], options) => (await import('./commands/exec.ts')).exec(context, session as string, command as string[], options)));
  add(program, 'ssh-config [session]', 'stanzas that ssh, scp and rsync accept').action(
    action(async (context, [session]) => (await import('./commands/ssh-config.ts')).sshConfig(context, session as string | undefined)),
  );

  add(program, 'demo', 'the life of a lab on simulated clouds: no account, no cost')
    .option('--keep', 'leave the lab to play with')
    .option('--list-faults', 'what can be made to go wrong in a rehearsal')
    .option('--speed <n>', 'how many times faster than real clouds; 1: their pace', parseAmount)
    .action(action(async (context, _, options) => (await import('./commands/demo.ts')).demo(context, options)));
  const rehearsal = add(program, 'rehearsal', 'the simulated clouds of this sessions directory');
  add(rehearsal, 'serve', "their APIs on a port of this computer, for the clouds' own tools")
    .option('--port <n>', 'which port', parsePort)
    .addOption(new Option('--fault <spec>', 'what is to go wrong (labtui demo --list-faults)').argParser(collect))
    .action(action(async (context, _, options) => (await import('./commands/rehearsal.ts')).serveRehearsal(context, options)));
  add(rehearsal, 'status', 'what exists there, and what was asked of them last').action(
    action(async (context) => (await import('./commands/rehearsal.ts')).rehearsalStatus(context)),
  );
  add(rehearsal, 'reset', 'forget them with all that is in them').action(
    action(async (context) => (await import('./commands/rehearsal.ts')).resetRehearsal(context)),
  );

  const distros = add(program, 'distros', 'the catalogue of distributions');
  add(distros, 'list', 'every distribution and version, and the clouds that have an image').action(
    action(async (context) => (await import('./commands/distros.ts')).listDistros(context)),
  );
  add(distros, 'show <distro>', 'how its images are found').action(
    action(async (context, [distro]) => (await import('./commands/distros.ts')).showDistro(context, distro as string)),
  );
  add(distros, 'check [files...]', 'validate distro files').action(
    action(async (context, [files]) => (await import('./commands/distros.ts')).checkDistros(context, files as string[])),
  );
  add(program, 'clouds', 'what each cloud can do').action(action(async (context) => (await import('./commands/clouds.ts')).clouds(context)));
  const cloud = new Option('-c, --cloud <cloud>', 'which cloud').makeOptionMandatory();
  add(program, 'regions', 'the regions of a cloud')
    .addOption(cloud)
    .option('--measure', 'how far each is from here, nearest first')
    .action(action(async (context, _, options) => (await import('./commands/regions.ts')).regions(context, { cloud: options.cloud as string, measure: options.measure === true })));
  add(program, 'sizes', 'the sizes of a cloud, with list prices')
    .addOption(cloud)
    .action(action(async (context, _, options) => (await import('./commands/sizes.ts')).sizes(context, options.cloud as string)));

  const prices = add(program, 'prices', 'what things cost: the price list in force');
  const someClouds = (): Option => new Option('-c, --cloud <clouds>', 'which clouds, separated by commas').argParser(collectList);
  add(prices, 'show', 'the prices in force, with their day, region and source')
    .addOption(someClouds())
    .option('--rehearse', 'those of the simulated clouds')
    .action(action(async (context, _, options) => (await import('./commands/prices.ts')).showPrices(context, options)));
  withRehearsal(
    add(prices, 'refresh', "ask the clouds' own price lists")
      .addOption(someClouds().makeOptionMandatory())
      .addOption(new Option('--region <regions>', "which regions, separated by commas; else each cloud's default").argParser(collectList))
      .addOption(new Option('--instance-type <types>', 'types beside those of the catalogue').argParser(collectList)),
    'of the simulated clouds; the real prices stay as they are',
  ).action(action(async (context, _, options) => (await import('./commands/refresh-prices.ts')).refreshPrices(context, options)));

  const profiles = add(program, 'profiles', 'named definitions of labs');
  add(profiles, 'list', 'the profiles that --profile finds').action(
    action(async (context) => (await import('./commands/profiles.ts')).listProfiles(context)),
  );
  withProfileOverrides(add(profiles, 'show [profile]', 'the resolved profile, and where every value came from')).action(
    action(async (context, [profile], options) => (await import('./commands/profiles.ts')).showProfile(context, profile as string | undefined, options)),
  );
  add(profiles, 'validate [profiles...]', 'check profiles').action(
    action(async (context, [names]) => (await import('./commands/profiles.ts')).validateProfiles(context, names as string[])),
  );
  withProfileOverrides(add(profiles, 'init [file]', 'write a commented profile to start from').option('-p, --profile <name>', 'a profile to take the values of'))
    .action(action(async (context, [file], options) => (await import('./commands/profiles.ts')).initProfile(context, file as string | undefined, options)));

  add(program, 'doctor', 'what is missing for a lab, and how to get it')
    .option('-c, --cloud <cloud>', 'check this cloud too', 'aws')
    .option('--install-terraform', "fetch HashiCorp's Terraform into labtui's cache, signature verified; checks nothing else")
    .action(
      action(async (context, _, options) =>
        options.installTerraform === true
          ? (await import('./commands/install-terraform.ts')).fetchTerraform(context)
          : (await import('./commands/doctor.ts')).doctor(context, options.cloud as string),
      ),
    );
  add(program, 'completion <shell>', 'a completion script for bash, zsh or fish').action(
    action(async (context, [shell]) => (await import('./commands/completion.ts')).completion(context, program, shell as string)),
  );
  return program;
}

function withProfileOverrides(command: Command): Command {
  for (const option of overrideOptions()) command.addOption(option);
  return command;
}

function fullName(command: Command): string {
  const names: string[] = [];
  for (let current = command; current.parent !== null; current = current.parent) names.unshift(current.name());
  return names.join(' ');
}

/** The global switches among parsed options. */
export function settingsOf(options: Options): GlobalSettings {
  const text = (key: string): string | null => (typeof options[key] === 'string' && options[key] !== '' ? options[key] : null);
  return {
    json: options.json === true,
    plain: options.plain === true,
    quiet: options.quiet === true,
    sessionsDir: text('sessionsDir'),
    config: text('config'),
    terraformBin: text('terraformBin'),
  };
}

/** A flag that may be given several times. */
function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** A list: the flag repeated, or separated by commas. */
function collectList(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...value.split(',').map((part) => part.trim()).filter((part) => part !== '')];
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('expected a number such as 2');
  return Number(text);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('expected a port such as 4580');
}

function parseAmount(text: string): number {
  const amount = Number(text);
  if (!(amount > 0)) throw new InvalidArgumentError('expected an amount such as 0.10');
  return amount;
}
