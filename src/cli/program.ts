import { Command, Option } from 'commander';
import { asRun } from './as-run.ts';
import type { CliContext, GlobalSettings } from './context.ts';
import { applyEnvironmentTwins } from './environment-twins.ts';
import { examples } from './examples.ts';
// Not loaded on demand: it is what must answer at once, and needs next to nothing.
import { list } from './commands/list.ts';
import { withFileSettings } from '../library/file-settings.ts';
import type { Options, Work } from './command-kit.ts';
import { addCatalogueCommands } from './catalogue-commands.ts';
import { addCiCommands } from './ci-commands.ts';
import { addConnectionCommands } from './connection-commands.ts';
import { addKeepingCommands } from './keeping-commands.ts';
import { collect, collectList, collectPorts, parseAmount, parseCount, parsePort } from './option-parsers.ts';
import { inventoryFormats } from './inventory-formats.ts';
import { overrideOptions } from './override-options.ts';
import { addPowerCommands } from './power-commands.ts';
import { addReplaceCommand } from './replace-command.ts';
import { addRunCommand } from './run-command.ts';

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
  const action = (run: Work) =>
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
    .addOption(new Option('--wait-for <command>', 'ready only when this command has ended with 0 on every machine; may be repeated').argParser(collect))
    .addOption(new Option('--wait-port <n>', 'ready only when this TCP port answers on every machine; may be repeated').argParser(collectPorts))
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
  addReplaceCommand(program, { add, action, approve }, withRehearsal);
  addRunCommand(program, { add, action, approve }, (command) => withRehearsal(withProfile(command), 'on simulated clouds: no account, no cost'));
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
    .option('--refresh', 'ask the clouds how they stand first')
    .action(action(async (context, _, options) => list(context, options)));
  add(program, 'show <session>', 'one session')
    .option('--refresh', 'ask its clouds how it stands now: machines, addresses, deadlines')
    .action(action(async (context, [session], options) => (await import('./commands/show.ts')).show(context, session as string, options)));
  add(program, 'events [session]', 'the audit trail')
    .option('--all', 'of every session')
    .option('-f, --follow', 'go on as events come')
    .option('--since <time>', 'from then on: a duration back from now (2h), or a date (UTC)')
    .option('--until <time>', 'up to then')
    .action(action(async (context, [session], options) => (await import('./commands/events.ts')).events(context, session as string | undefined, options)));
  add(program, 'inventory <session>', 'the resources in the Terraform state; or the machines, for other tools')
    .addOption(new Option('--format <format>', 'how to print it').choices(inventoryFormats))
    .action(action(async (context, [session], options) => (await import('./commands/inventory.ts')).inventory(context, session as string, options)));

  addKeepingCommands(program, { add, action, approve });
  addConnectionCommands(program, { add, action, approve });
  addPowerCommands(program, { add, action, approve });

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

  addCatalogueCommands(program, { add, action, approve }, withRehearsal);

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
  addCiCommands(program, { add, action, approve });
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
