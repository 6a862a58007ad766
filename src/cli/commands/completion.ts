import type { Command } from 'commander';
import { invalidInput } from '../../core/errors.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { CliContext } from '../context.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

interface Entry {
  /** `apply`, `profiles show` */
  readonly path: string;
  readonly description: string;
  readonly words: readonly string[];
}

/** `labtui completion bash|zsh|fish`: a script made from the commands themselves. */
export function completion(context: CliContext, program: Command, shell: string): number {
  const entries = collect(program, '');
  if (shell === 'bash') context.out(bash(entries));
  else if (shell === 'zsh') context.out(`#compdef labtui\nautoload -U +X bashcompinit && bashcompinit\n${bash(entries)}`);
  else if (shell === 'fish') context.out(fish(program));
  else throw invalidInput(`unknown shell "${shell}"${didYouMean(shell, shells)}`, `one of ${shells.join(', ')}`);
  return 0;
}

function collect(command: Command, path: string): readonly Entry[] {
  const subcommands = command.commands.filter((sub) => sub.name() !== 'help');
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const words = [...subcommands.map((sub) => sub.name()), ...flags];
  return [
    { path, description: command.description(), words },
    ...subcommands.flatMap((sub) => collect(sub, path === '' ? sub.name() : `${path} ${sub.name()}`)),
  ];
}

function bash(entries: readonly Entry[]): string {
  const cases = entries.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`).join('\n');
  return `# labtui completion: eval "$(labtui completion bash)"
_labtui() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      -*) ;;
      *) case " \${path} \${COMP_WORDS[index]} " in
${entries.filter(({ path }) => path !== '').map(({ path }) => `           ' ${path.includes(' ') ? path : ` ${path}`} ') path='${path}' ;;`).join('\n')}
         esac ;;
    esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _labtui labtui
`;
}

function fish(program: Command): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = ['# labtui completion: labtui completion fish | source', 'complete -c labtui -f'];
  for (const command of program.commands) {
    lines.push(`complete -c labtui -n __fish_use_subcommand -a ${command.name()} -d ${quote(command.description())}`);
    const within = `-n ${quote(`__fish_seen_subcommand_from ${command.name()}`)}`;
    for (const sub of command.commands) lines.push(`complete -c labtui ${within} -a ${sub.name()} -d ${quote(sub.description())}`);
    for (const option of command.options) {
      if (option.long) lines.push(`complete -c labtui ${within} -l ${option.long.slice(2)} -d ${quote(option.description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
