import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { bool, number, text } from '../../plugin/attributes.ts';
import { type Attributes, ProviderError } from '../../plugin/behaviour.ts';
import { machinePlace, type MachinePlace } from '../qemu/place.ts';
import { isRunning, type MachineProcess, processOfPidFile } from '../qemu/process.ts';
import { endMachine } from '../qemu/stop.ts';
import { writeDeadline } from '../qemu/watchdog.ts';
import { absolute, type LocalContext, type LocalResource, machineDirectory } from './context.ts';
import { registered } from '../registry.ts';
import { bringTo, endLeftover, start } from './machine-power.ts';
import { forgetRecord, readRecord, registerRecord, writeRecord } from './machine-record.ts';
import { configuredOf, processOf, stateOf, withUnknownRun } from './machine-state.ts';
import { removeEmpty } from './remove-empty.ts';
import { validateMachine } from './validate-machine.ts';

/**
 * `local_machine`: a QEMU of its own, which outlives Terraform and labtui. Its disk and seed are resources of their own, so that a machine that is
 * replaced boots again with its data. A machine that is off (switched off, or its computer was) is still there, and stays off
 * until somebody starts it: a configuration that says `running`, or labtui.
 */
export const machine: LocalResource = {
  type: 'local_machine',
  defaults: { running: true },
  validate: validateMachine,
  plan: ({ prior, planned }) => (prior !== null && bool(prior, 'running') !== bool(planned, 'running') ? withUnknownRun(planned) : planned),
  async create(planned, context) {
    const place = placeOf(planned, context);
    const id = `vm-${randomBytes(6).toString('hex')}`;
    await ensurePrivateDirectory(place.directory);
    await endLeftover(place);
    await writeRecord(place, { v: 1, id, configured: configuredOf(planned), running: null }, context.environment);
    try {
      const running = bool(planned, 'running') === false ? null : await start(id, planned, place, null, context);
      return { ...planned, ...stateOf(nameOf(planned), id, running, place, context) };
    } catch (error) {
      await removeFiles(place);
      await forgetRecord(id, context.environment);
      throw error;
    }
  },
  async read(prior, context) {
    const place = placeOf(prior, context);
    const record = await readRecord(place);
    const [id, known] = [text(prior, 'id') ?? '', processOf(prior)];
    // Somebody removed its files below it: it is still there, and it is still this one's to end.
    if (record?.id !== id) return known !== null && isRunning(known) ? prior : null;
    const running = record.running !== null && isRunning(record.running.process) ? record.running : null;
    // Its session's directory may have been moved, or the registry lost.
    await registerRecord(place, record, context.environment);
    return { ...prior, ...stateOf(nameOf(prior), id, running, place, context) };
  },
  async update(prior, planned, context) {
    const place = placeOf(planned, context);
    const id = text(prior, 'id') ?? '';
    const record = await readRecord(place);
    const before = record?.running ?? null;
    await writeRecord(place, { v: 1, id, configured: configuredOf(planned), running: before }, context.environment);
    await writeDeadline(place, text(planned, 'expires_at'));
    const wanted = bool(planned, 'running') === false ? 'stopped' : 'running';
    const running = await bringTo(wanted, { id, planned, place, last: before, sshPort: number(prior, 'ssh_port') }, context);
    await writeRecord(place, { v: 1, id, configured: configuredOf(planned), running: running ?? before }, context.environment);
    return { ...planned, ...stateOf(nameOf(planned), id, running, place, context) };
  },
  async delete(prior, context) {
    const place = placeOf(prior, context);
    const record = await readRecord(place);
    const ofState = [processOf(prior), number(prior, 'watchdog_pid')] as const;
    // Its directory has another machine by now: the files and what runs there are that one's.
    if (record !== null && record.id !== text(prior, 'id')) {
      if (ofState[0] !== null) await endMachine(ofState[0], ofState[1]);
      await forgetRecord(text(prior, 'id') ?? '', context.environment);
      return;
    }
    // The state's, the record's, and whichever process says itself that it is this directory's: each only where it is that very one.
    const known: readonly (readonly [MachineProcess | null, number | null])[] = [
      ofState,
      [record?.running?.process ?? null, record?.running?.watchdogPid ?? null],
      [await processOfPidFile(place.pid), null],
    ];
    for (const [process, watchdogPid] of known) if (process !== null) await endMachine(process, watchdogPid);
    await removeFiles(place);
    await forgetRecord(text(prior, 'id') ?? '', context.environment);
  },
  /** By its name, or by its id. */
  async import(wanted, context) {
    const name = (await registered(context.environment)).find(({ id }) => id === wanted)?.name ?? wanted;
    const place = machinePlace(absolute(machineDirectory(name, context), context), context.environment);
    const record = await readRecord(place);
    if (record === null) throw new ProviderError({ severity: 'error', summary: `there is no machine "${name}" here`, detail: `${place.record} is missing or not whole.` });
    return { ...record.configured, name, id: record.id };
  },
};

const nameOf = (attributes: Attributes): string => text(attributes, 'name') ?? '';
const placeOf = (attributes: Attributes, context: LocalContext): MachinePlace => machinePlace(absolute(machineDirectory(nameOf(attributes), context), context), context.environment);

async function removeFiles(place: MachinePlace): Promise<void> {
  const { directory, ...files } = place;
  await Promise.all(Object.values(files).map((file) => rm(file, { force: true })));
  await removeEmpty(directory);
}
