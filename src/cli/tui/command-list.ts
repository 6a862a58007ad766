import type { Argument, Command } from 'commander';
import type { CommandInfo } from '../../tui/port.ts';

/** A shell, something that goes on until Ctrl-C, something that tells as it goes. */
const takesTerminal: ReadonlySet<string> = new Set(['ssh', 'exec', 'console', 'logs', 'cp', 'forward', 'demo', 'rehearsal serve', 'image build', 'image import']);

/** Every command of the command line, in the order of its help. */
export function commandList(program: Command): readonly CommandInfo[] {
  return leavesOf(program, []);
}

function leavesOf(command: Command, path: readonly string[]): readonly CommandInfo[] {
  return command.commands.flatMap((child) => {
    const own = [...path, child.name()];
    if (child.commands.length > 0) return leavesOf(child, own);
    const name = own.join(' ');
    const asks = child.options.some(({ long }) => long === '--auto-approve');
    return [{ name, usage: child.registeredArguments.map(usageOf).join(' '), description: child.description(), interactive: asks || takesTerminal.has(name) }];
  });
}

function usageOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}
