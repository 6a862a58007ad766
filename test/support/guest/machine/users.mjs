// cloud-init's users-groups and the keys that cc_ssh puts in place, with the system's own useradd.

const disabledRoot = (user) =>
  `no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command="echo 'Please login as the user \\"${user}\\" rather than the user \\"root\\".';echo;sleep 1;exit 142" `;

/** Makes the config's users; the image's own where the config names none. Returns the default user's name, or null. */
export function makeUsers(machine, config, imageUser) {
  const own = typeof config.user === 'string' ? { name: config.user } : config.user;
  const defaultUser = { name: imageUser, sudo: ['ALL=(ALL) NOPASSWD:ALL'], shell: '/bin/bash', ...own };
  let defaultName = null;
  for (const entry of config.users ?? ['default']) {
    const isDefault = entry === 'default';
    const user = isDefault ? defaultUser : typeof entry === 'string' ? { name: entry } : entry;
    if (isDefault) defaultName = user.name;
    makeUser(machine, user);
  }
  return defaultName;
}

function makeUser(machine, { name, shell = '/bin/sh', sudo, ssh_authorized_keys: keys = [] }) {
  const rules = [sudo].flat().filter((rule) => typeof rule === 'string');
  if (name !== 'root') {
    // `*` instead of the usual `!`, which sshd takes for locked where it does not ask PAM.
    machine.run('useradd', ['--create-home', '--shell', shell, '--password', '*', name]);
    const lines = rules.map((rule) => `${name} ${rule}\n`).join('');
    if (lines !== '') machine.write('/etc/sudoers.d/90-cloud-init-users', lines, { mode: '0440', append: true });
  }
  if (keys.length > 0) authorize(machine, name, keys);
}

/** The cloud's and the config's keys for the default user; root gets them with a word on whom to log in as. */
export function grantLogin(machine, config, defaultUser, cloudKeys) {
  const keys = [...cloudKeys, ...(config.ssh_authorized_keys ?? [])];
  if (defaultUser !== null && defaultUser !== 'root') authorize(machine, defaultUser, keys);
  const options = config.disable_root === false ? '' : disabledRoot(defaultUser ?? 'NONE');
  authorize(machine, 'root', keys.map((key) => options + key));
}

function authorize(machine, user, keys) {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const file = `${home}/.ssh/authorized_keys`;
  machine.write(file, keys.map((key) => `${key.trim()}\n`).join(''), { mode: '0600', owner: `${user}:`, append: true });
  machine.must('sh', ['-euc', 'chmod 0700 "$1/.ssh"; chown "$2:" "$1/.ssh" "$1"', 'sh', home, user]);
}
