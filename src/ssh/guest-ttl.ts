/** Where a guest keeps its deadline, and the command that arms it. */
export const ttlFile = '/etc/labtui-ttl';
export const ttlCommand = '/usr/local/sbin/labtui-ttl';
export const ttlTimer = 'labtui-ttl.timer';

const goodbye = 'labtui: the time to live of this machine is over';

/** The unit that ends the machine. A power-off, never a halt: only that ends an EC2 instance. */
export const ttlService = `[Unit]
Description=End of this machine's time to live (labtui)
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'shutdown -P now "${goodbye}" || systemctl poweroff'
`;

/**
 * The timer, armed again at every start: the date, also when it passed while the machine was off, and a number of
 * seconds since the start, which holds when the clock is wrong.
 */
export function ttlTimerUnit(calendar: string, bootSeconds: string): string {
  return `[Unit]
Description=This machine's time to live (labtui)
[Timer]
OnCalendar=${calendar} UTC
OnBootSec=${bootSeconds}
Persistent=true
AccuracySec=1s
RandomizedDelaySec=0
[Install]
WantedBy=timers.target
`;
}

/**
 * The guest's own command, \`labtui-ttl AT SECONDS\`: power off at AT (seconds since 1970), at the latest in SECONDS;
 * without arguments, the same again after a restart. systemd keeps it as a timer; where there is none, or it refuses,
 * a process waits in the background.
 */
export const ttlScript = `#!/bin/sh
# labtui-ttl AT SECONDS: this machine powers off at AT (seconds since 1970), at the latest in SECONDS.
umask 022
[ $# -eq 0 ] || echo "$1 $2" >${ttlFile}
read -r at most <${ttlFile} || exit 1
timer() {
  [ -d /run/systemd/system ] || return 1
  up=$(cut -d. -f1 /proc/uptime)
  cd /etc/systemd/system || return 1
  cat >labtui-ttl.service <<'UNIT' || return 1
${ttlService}UNIT
  cat >${ttlTimer} <<UNIT || return 1
${ttlTimerUnit(`$(date -u -d "@$at" '+%Y-%m-%d %H:%M:%S')`, '$((up + most))s')}UNIT
  systemctl daemon-reload && systemctl enable ${ttlTimer} && systemctl restart --no-block ${ttlTimer}
}
waiter() {
  left=$((at - $(date +%s)))
  [ "$left" -le "$most" ] || left=$most
  [ "$left" -ge 60 ] || left=60
  pid=/var/run/labtui-ttl.pid
  [ ! -s $pid ] || kill "$(cat $pid)" 2>/dev/null
  nohup sh -c "sleep $left; echo '${goodbye}' | wall; shutdown -P now || poweroff" </dev/null >/dev/null 2>&1 &
  echo $! >$pid
}
timer || waiter
`;
