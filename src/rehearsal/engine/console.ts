import { bootLines, hangLines, powerOffLines } from './console-boot.ts';
import { cloudInitLines } from './console-cloud-init.ts';
import type { Machine } from './machine.ts';
import { kernelRelease, prettyName } from './system-facts.ts';
import { readGuestInstructions } from './user-data.ts';

/** Kernel and services take up to here of the time to the SSH server; then cloud-init's network stage runs. */
const bootShare = 0.8;
const hangsAfterMs = 20_000;
const powerOffMs = 2_000;

/**
 * The serial console of a machine as a real guest of that distribution writes it, as far as it has come at `nowMs` of the
 * world's clock; '' before its first start. Its first line says that it is simulated. The times in it are those of real
 * pace, so that what was written once stays as it is.
 */
export function consoleText(machine: Machine, nowMs: number): string {
  const { bootedAtMs, state, sshAtMs, cloudInitAtMs, neverReady, system } = machine;
  if (bootedAtMs === null) return '';
  const first = `labtui rehearsal: this is the console of a simulated machine (${prettyName(system)})`;
  const goingDown = state !== 'running' && state !== 'pending';
  if (neverReady) return text([first, ...shown(hangLines(machine), bootedAtMs, bootedAtMs + hangsAfterMs, goingDown ? Infinity : nowMs)]);

  // A machine that goes down has forgotten when it was ready.
  const seenMs = goingDown ? Infinity : nowMs;
  const ssh = sshAtMs ?? bootedAtMs;
  const over = cloudInitAtMs ?? ssh;
  const servicesUp = bootedAtMs + (ssh - bootedAtMs) * bootShare;
  const { early, late } =
    system.init === 'cloud-init' ? cloudInitLines(machine, readGuestInstructions(machine.userData), bootedAtMs) : { early: [], late: [] };
  const login = ['', prettyName(system), `Kernel ${kernelRelease(system)} on an ${machine.arch} (ttyS0)`, '', `${machine.hostName} login: `];
  return text([
    first,
    ...shown(bootLines(machine), bootedAtMs, servicesUp, seenMs),
    ...shown(early, servicesUp, ssh, seenMs),
    ...shown(late, ssh, over, seenMs),
    ...(seenMs >= over ? login : []),
    ...(goingDown ? powerOffLines(machine, nowMs - bootedAtMs + powerOffMs) : []),
  ]);
}

/** Those of the lines whose time has come: they are spread evenly from `fromMs` to `toMs`. */
function shown(lines: readonly string[], fromMs: number, toMs: number, nowMs: number): readonly string[] {
  if (nowMs >= toMs) return lines;
  if (nowMs < fromMs) return [];
  return lines.slice(0, Math.floor(((nowMs - fromMs) / (toMs - fromMs)) * lines.length) + 1);
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
