import { readFile, rm } from 'node:fs/promises';
import { durableWrite } from '../../platform/durable-write.ts';
import type { MachinePlace } from './place.ts';

/** How long a guest that shuts itself down at its deadline is given before it is switched off. */
export const graceSeconds = 60;

/**
 * The parent of a machine's QEMU, for exactly as long as it lives: it ends it at the deadline whether or not anything of labtui
 * runs. A shell, because it stays in memory as long as the machine and a shell takes 1 MB; being the parent, it can
 * never hit another process that was given the number. The deadline is read again and again: it may be moved. The clock is
 * the computer's, so time during which that sleeps counts.
 */
const script = `#!/bin/sh
# Runs a virtual machine of labtui's and ends it at its deadline. Written by labtui.
# watchdog.sh DEADLINE-FILE END-FILE PROGRAM ARGUMENT...
# The end file tells the program's exit code and this watchdog's process: one of an earlier start may still be at its last line.
deadline=$1 ended=$2
shift 2
"$@" &
machine=$!
trap 'kill -TERM "$machine" 2>/dev/null' TERM HUP INT
watch() {
  trap - TERM HUP INT
  while sleep 5 && kill -0 $$ 2>/dev/null; do
    at=
    [ -r "$deadline" ] && read -r at < "$deadline"
    case $at in '' | *[!0-9]*) continue ;; esac
    now=$(date +%s)
    [ "$now" -ge "$at" ] && kill -TERM "$machine"
    [ "$now" -ge "$((at + 20))" ] && kill -KILL "$machine"
  done
}
watch &
watcher=$!
wait "$machine"
code=$?
# A signal to the watchdog ends its waiting, not the machine.
while kill -0 "$machine" 2>/dev/null; do
  wait "$machine"
  code=$?
done
echo "$code $$" > "$ended"
trap '' TERM
# One that has only begun may not hear the other signal; its sleep does.
kill -KILL "$watcher"
kill -TERM 0
`;

/** Writes the watchdog's program. */
export async function writeWatchdog({ watchdog }: Pick<MachinePlace, 'watchdog'>): Promise<void> {
  await durableWrite(watchdog, script, 0o700);
}

/** Sets when a machine is switched off, a minute after it was to shut itself down; null: never. It holds from at most 5 s later on. */
export async function writeDeadline({ deadline }: Pick<MachinePlace, 'deadline'>, expiresAt: string | null): Promise<void> {
  if (expiresAt === null) return rm(deadline, { force: true });
  await durableWrite(deadline, `${Math.ceil(Date.parse(expiresAt) / 1_000) + graceSeconds}\n`);
}

/** When the guest is to shut itself down, as the watchdog knows it, RFC 3339; null: it ends the machine at no time. */
export async function readDeadline({ deadline }: Pick<MachinePlace, 'deadline'>): Promise<string | null> {
  const text = (await readFile(deadline, 'utf8').catch(() => '')).trim();
  return /^\d+$/.test(text) ? new Date((Number(text) - graceSeconds) * 1_000).toISOString() : null;
}
