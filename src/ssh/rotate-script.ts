/** Lines between which the guest prints its new public key. */
export const keyMarkers = { begin: 'LABTUI-HOST-KEY', end: 'LABTUI-HOST-KEY-END' } as const;

/** What labtui answers once it has the key safe; the guest changes nothing before. */
export const goAhead = 'go';

/**
 * Runs a script from standard input as root, whatever the login shell: directly, by sudo, or by doas (Alpine). Exit code
 * 126 where none of them lets the user.
 */
export const asRoot =
  `exec sh -c 'if [ "$(id -u)" = 0 ]; then exec sh -s; fi; ` +
  `if command -v sudo >/dev/null; then exec sudo -n sh -s; fi; ` +
  `if command -v doas >/dev/null; then exec doas -n sh -s; fi; ` +
  `echo "neither root nor sudo nor doas" >&2; exit 126'`;

/** Lets sshd read its keys again. Reloading keeps the sessions; \`restart\` is for an sshd that did not hear. */
const reload = (action: 'reload' | 'restart') => `
  if [ -d /run/systemd/system ] && command -v systemctl >/dev/null; then
    # Once only: the two may be one service, and a second signal in the middle of a reload ends it. With a process per
    # connection (sshd.socket) neither is active, and nothing has to be told.
    for unit in ssh.service sshd.service; do
      systemctl -q is-active $unit || continue
      systemctl ${action} $unit || systemctl restart $unit
      break
    done
  elif command -v rc-service >/dev/null; then
    rc-service sshd ${action} || rc-service sshd restart
  elif command -v service >/dev/null && service sshd ${action} 2>/dev/null; then
    :
  elif command -v service >/dev/null && service ssh ${action} 2>/dev/null; then
    :
  else
    kill -HUP "$(cat /run/sshd.pid 2>/dev/null || cat /var/run/sshd.pid)"
  fi`;

/**
 * The guest makes itself a new ED25519 host key, shows the public half, waits for the go-ahead, and only then puts it
 * in the place of all others and lets sshd read it. Any failure before that leaves everything as it was.
 */
export const rotateScript = `dir=/etc/ssh
rotate() {
  set -eu
  umask 077
  new=$(mktemp -d "$dir/.labtui.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  ssh-keygen -q -t ed25519 -N '' -C '' -f "$new/key" </dev/null
  echo ${keyMarkers.begin}
  cat "$new/key.pub"
  echo ${keyMarkers.end}
  read -r answer
  [ "$answer" = ${goAhead} ]
  chmod 600 "$new/key"
  chmod 644 "$new/key.pub"
  mv -f "$new/key.pub" "$dir/ssh_host_ed25519_key.pub"
  mv -f "$new/key" "$dir/ssh_host_ed25519_key"
  for file in "$dir"/ssh_host_*_key "$dir"/ssh_host_*_key.pub "$dir"/ssh_host_*_key-cert.pub; do
    case $file in */ssh_host_ed25519_key | */ssh_host_ed25519_key.pub) ;; *) rm -f "$file" ;; esac
  done
  if command -v restorecon >/dev/null; then restorecon "$dir"/ssh_host_* || :; fi${reload('reload')}
}
rotate
`;

/** The same sshd once more, for one that goes on showing its old key. */
export const restartScript = `restart() {
  set -u${reload('restart')}
}
restart </dev/null
`;
