import type { KnownResource } from '../../library/kept-state.ts';
import { inventory as resourcesOf } from '../../library/state.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import type { InventoryFormat } from '../inventory-formats.ts';
import { UsageError } from '../failure.ts';
import { renderTable } from '../text/table.ts';
import { hostsOf } from './ssh.ts';

export interface InventoryOptions {
  readonly format?: InventoryFormat;
}

/** `labtui inventory S`: the resources in the Terraform state, read from the state file itself; or the machines, for other tools. */
export async function inventory(context: CliContext, reference: string, options: InventoryOptions): Promise<number> {
  const format = options.format ?? (context.settings.json ? 'json' : 'table');
  if (context.settings.json && format !== 'json' && format !== 'hosts') throw new UsageError(`--json and --format ${format} exclude each other`, '--format json   or   --format hosts');
  if (format === 'ansible' || format === 'env' || format === 'hosts') return printMachines(context, reference, format);
  context.out(`${render(await resourcesOf(reference, around(context)), format, context)}\n`);
  return 0;
}

async function printMachines(context: CliContext, reference: string, format: 'ansible' | 'env' | 'hosts'): Promise<number> {
  // Where there is none to name, that is what is to be said.
  const machines = await hostsOf(context, reference);
  const { ansibleInventory, environmentLines, hostsDocument } = await import('../text/host-formats.ts');
  const text = { ansible: ansibleInventory, env: environmentLines, hosts: hostsDocument }[format](machines);
  context.out(`${text}\n`);
  return 0;
}

function render(rows: readonly KnownResource[], format: 'table' | 'json' | 'csv' | 'ids', context: CliContext): string {
  switch (format) {
    case 'json':
      return JSON.stringify(rows, null, 2);
    case 'ids':
      return rows.map(({ id }) => id ?? '').join('\n');
    case 'csv':
      return ['stack,address,type,id,name', ...rows.map(({ stack, address, type, id, name }) => [stack, address, type, id ?? '', name ?? ''].map(quoteCsv).join(','))].join('\n');
    case 'table':
      return renderTable(
        rows,
        [
          { title: 'STACK', value: ({ stack }) => stack },
          { title: 'ADDRESS', value: ({ address, tainted }) => (tainted ? `${address} (tainted)` : address) },
          { title: 'ID', value: ({ id }) => id ?? '' },
          { title: 'NAME', value: ({ name }) => name ?? '' },
        ],
        context.columns,
      );
  }
}

function quoteCsv(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
