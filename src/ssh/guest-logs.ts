import { remoteCommand } from './remote-command.ts';

export const logSources = ['cloud-init', 'journal'] as const;
export type LogSource = (typeof logSources)[number];

export interface GuestLogs {
  readonly follow: boolean;
  /** Seconds since 1970; null: all there is of this boot. */
  readonly sinceS: number | null;
}

/**
 * The command that prints one source of a guest's logs, for a POSIX sh and whatever tools the guest has. Where it lacks what the source
 * needs it says so on standard error and ends with 3.
 */
export function logCommand(source: LogSource, { follow, sinceS }: GuestLogs): string {
  const script = source === 'cloud-init' ? cloudInitScript : journalScript;
  return remoteCommand(['sh', '-c', `follow=${follow ? 1 : 0} since=${sinceS ?? 0}\n${asRoot}\n${script}`]);
}

/** The end of the logs of a source that the guest does not have. */
export const noSuchLog = 3;

/** Logs are root's: as root, by sudo or doas without a password, else as far as the user may read. */
const asRoot = `root() { "$@"; }
if [ "$(id -u)" != 0 ]; then
  if sudo -n true 2>/dev/null; then root() { sudo -n "$@"; }
  elif doas -n true 2>/dev/null; then root() { doas -n "$@"; }
  fi
fi`;

/** Its output has no times: what was written before `since` is left out as a whole. */
const cloudInitScript = `command -v cloud-init >/dev/null 2>&1 || { echo "no cloud-init on this machine" >&2; exit ${noSuchLog}; }
root cloud-init status --long 2>&1
log=/var/log/cloud-init-output.log
root test -e "$log" || { echo "$log is missing: cloud-init has written no output" >&2; exit ${noSuchLog}; }
written=$(root stat -c %Y "$log" 2>/dev/null || echo "$since")
if [ "$follow" = 1 ]; then
  if [ "$written" -lt "$since" ]; then root tail -n 0 -F "$log"; else root tail -n +1 -F "$log"; fi
elif [ "$written" -ge "$since" ]; then root cat "$log"
fi`;

const journalScript = `if command -v journalctl >/dev/null 2>&1; then
  set -- --no-pager -o short-iso
  if [ "$since" != 0 ]; then set -- "$@" "--since=@$since"; else set -- "$@" -b; fi
  [ "$follow" = 1 ] && set -- "$@" -n all -f
  root journalctl "$@"
else
  for log in /var/log/messages /var/log/syslog; do
    root test -e "$log" || continue
    echo "no systemd on this machine: $log, whole" >&2
    if [ "$follow" = 1 ]; then root tail -n +1 -F "$log"; else root cat "$log"; fi
    exit
  done
  echo "no systemd journal on this machine, and neither /var/log/messages nor /var/log/syslog" >&2
  exit ${noSuchLog}
fi`;
