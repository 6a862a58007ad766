import { consoleText } from '../../engine/console.ts';
import type { Guest } from '../guest.ts';
import { builtins } from '../shell/builtins.ts';
import { type Command, complain } from '../shell/process.ts';
import { cloudInit } from './cloud-init.ts';
import { fileCommands } from './file-commands.ts';
import { flowCommands } from './flow.ts';
import { labtuiTtl, powerCommands } from './power.ts';
import { becomeRoot, runCommands } from './run.ts';
import { serviceCommands } from './services.ts';
import { systemCommands } from './system.ts';
import { testCommands } from './test-command.ts';
import { filterCommands } from './text-filters.ts';
import { textCommands } from './text.ts';

const everywhere = {
  ...textCommands,
  ...filterCommands,
  ...flowCommands,
  ...fileCommands,
  ...testCommands,
  ...systemCommands,
  ...runCommands,
  ...powerCommands,
};

/** What files are copied with beside SFTP, and why that does not work here. */
const copiers = ['scp', 'rsync'];

/** The commands of a guest: those of every system, and those that its image has. */
export function commandsOf(guest: Guest): ReadonlyMap<string, Command> {
  const { distro, init, serviceManager } = guest.machine.system;
  const commands = new Map<string, Command>(Object.entries(everywhere));
  const root = distro === 'alpine' ? 'doas' : 'sudo';
  commands.set(root, becomeRoot[root]);
  if (serviceManager === 'systemd') commands.set('systemctl', serviceCommands.systemctl);
  if (serviceManager === 'openrc') commands.set('rc-service', serviceCommands['rc-service']);
  if (serviceManager === 'rc') commands.set('service', serviceCommands.service);
  if (guest.instructions.shutdownAtMs !== null) commands.set('labtui-ttl', labtuiTtl);
  if (init === 'cloud-init') commands.set('cloud-init', cloudInit);
  commands.set('dmesg', async (_args, process) => {
    const lines = consoleText(process.guest.machine, process.guest.now()).split('\n');
    await process.stdout.write(`${lines.filter((line) => line.startsWith('[') && !line.includes('cloud-init')).join('\n')}\n`);
    return 0;
  });
  if (serviceManager === 'systemd') {
    commands.set('journalctl', async (_args, process) => {
      await process.stdout.write(consoleText(process.guest.machine, process.guest.now()));
      return 0;
    });
  }
  for (const name of copiers) {
    commands.set(name, (_args, process) => complain(process, `${name}: this is a simulated guest: files are copied to it and from it by SFTP alone (labtui cp, sftp, scp without -O)`, 127));
  }
  // Builtins that are also programs somewhere: so that `which` and `command -v` find what a script can call.
  for (const name of builtins.keys()) commands.delete(name);
  return commands;
}
