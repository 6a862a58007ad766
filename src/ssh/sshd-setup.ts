import type { UserDataInput } from '../core/ssh.ts';

/**
 * Shell lines that give the guest's sshd another port, or let root in by key where the image does not. Empty where the
 * image's own settings do.
 */
export function sshdSetup({ sshPort, user, imageUser }: UserDataInput): readonly string[] {
  const settings = [
    ...(sshPort === 22 ? [] : [`Port ${sshPort}`]),
    ...(user === 'root' && imageUser !== 'root' ? ['PermitRootLogin prohibit-password'] : []),
  ];
  if (settings.length === 0) return [];
  return [...(sshPort === 22 ? [] : openPort(sshPort)), writeSettings(settings, sshPort !== 22), restart];
}

/**
 * A file of its own where the configuration includes such, else at the head of the configuration (OpenSSH before 8.2:
 * RHEL 8). The first value wins, but every Port counts, so others are commented out.
 */
function writeSettings(settings: readonly string[], withPort: boolean): string {
  const lines = settings.map((setting) => `'${setting}'`).join(' ');
  return `sshd=/etc/ssh/sshd_config
main=$sshd
[ -e $main ] || main=/usr/etc/ssh/sshd_config
${withPort ? `[ ! -e $sshd ] || sed -i.before-labtui 's/^[[:space:]]*[Pp]ort[[:space:]]/#&/' $sshd\n` : ''}if grep -Eqi '^[[:space:]]*Include[[:space:]].*/sshd_config\\.d/' $main; then
  mkdir -p $sshd.d
  printf '%s\\n' ${lines} >$sshd.d/00-labtui.conf
else
  { printf '%s\\n' ${lines}; cat $main; } >$sshd.new && cat $sshd.new >$sshd
  rm -f $sshd.new
fi`;
}

/** SELinux lets sshd have its known ports only, and RHEL's firewalld opens port 22 only. */
function openPort(port: number): readonly string[] {
  return [
    `if [ -e /sys/fs/selinux/enforce ]; then
  if command -v semanage >/dev/null; then
    semanage port -a -t ssh_port_t -p tcp ${port} || semanage port -m -t ssh_port_t -p tcp ${port}
  else
    echo '(portcon tcp ${port} (system_u object_r ssh_port_t ((s0)(s0))))' >/var/lib/labtui-ssh.cil
    semodule -i /var/lib/labtui-ssh.cil
  fi
fi
if firewall-cmd --state >/dev/null 2>&1; then
  firewall-cmd -q --permanent --add-port=${port}/tcp; firewall-cmd -q --reload
elif command -v firewall-offline-cmd >/dev/null; then
  firewall-offline-cmd -q --add-port=${port}/tcp
fi`,
  ];
}

/** At this moment sshd mostly does not run yet. Ubuntu makes its ssh.socket from sshd's port at a daemon-reload. */
const restart = `if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  for unit in ssh.socket sshd.socket ssh.service sshd.service; do systemctl -q --no-block try-restart $unit 2>/dev/null; done
elif command -v rc-service >/dev/null; then
  rc-service --ifstarted sshd restart
elif service sshd onestatus >/dev/null 2>&1; then
  service sshd restart
fi`;
