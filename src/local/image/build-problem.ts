import { exitCodes, LabError } from '../../core/errors.ts';

/** The user asked to stop: exit code of the signal that the abort names as its reason. */
export function buildInterrupted(signal: AbortSignal): LabError {
  return new LabError(
    { kind: 'not-ready', summary: 'interrupted before the image was built; nothing of it was kept' },
    { exitCode: signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted },
  );
}

interface Rule {
  readonly pattern: RegExp;
  readonly kind: 'prerequisite' | 'network' | 'image';
  readonly summary: string;
  readonly hint: string;
}

/** The first that fits says what to do; texts of mmdebstrap, apt and dpkg. */
const rules: readonly Rule[] = [
  {
    pattern: /ENOENT: mmdebstrap/,
    kind: 'prerequisite',
    summary: 'there is no mmdebstrap here, which builds images',
    hint: 'apt install mmdebstrap   or   dnf install mmdebstrap   or   pacman -S mmdebstrap',
  },
  {
    pattern: /ENOENT: qemu-img/,
    kind: 'prerequisite',
    summary: 'there is no qemu-img here',
    hint: 'apt install qemu-utils   or   dnf install qemu-img   or   pacman -S qemu-img   or   brew install qemu',
  },
  {
    pattern: /mke2fs: (?:command )?not found|ENOENT: debugfs/,
    kind: 'prerequisite',
    summary: 'there is no mke2fs or debugfs here',
    hint: 'apt install e2fsprogs   or   dnf install e2fsprogs   or   pacman -S e2fsprogs',
  },
  {
    pattern: /newuidmap|subuid|subgid|unprivileged_userns|unshare\(\) failed|not able to unshare/i,
    kind: 'prerequisite',
    summary: 'this user may not make user name spaces, which building without root takes',
    hint: 'apt install uidmap, and a line in /etc/subuid and /etc/subgid (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER); or build as root',
  },
  {
    pattern: /NO_PUBKEY|is not signed|no valid OpenPGP|keyring .*(?:does not exist|not found)|couldn't be verified/i,
    kind: 'prerequisite',
    summary: "the archive's keys are not on this computer, so its packages cannot be verified",
    hint: 'apt install debian-archive-keyring for Debian, ubuntu-keyring for Ubuntu (Debian 12 does not have it: build on Ubuntu, or bring an image: --image file:PATH)',
  },
  {
    pattern: /binfmt|arch-test|Exec format error|cannot execute .*architecture|unable to run foreign/i,
    kind: 'prerequisite',
    summary: 'programs of that architecture do not run here',
    hint: 'apt install qemu-user-static binfmt-support arch-test',
  },
  { pattern: /No space left on device|Could not allocate block|ENOSPC/i, kind: 'prerequisite', summary: 'there is no room for the image', hint: 'make room: labtui cache prune --all; mmdebstrap works in TMPDIR' },
  {
    pattern: /Could not resolve|Temporary failure|Could not connect|Connection (?:refused|timed out|failed)|Network is unreachable/i,
    kind: 'network',
    summary: 'the package archive cannot be reached',
    hint: 'check the network, or name a mirror: --mirror URL',
  },
  { pattern: /does not have a Release file|404 +Not Found/i, kind: 'image', summary: 'the package archive has no such release', hint: 'name the mirror that has it: --mirror URL' },
  { pattern: /Unable to locate package|has no installation candidate/i, kind: 'image', summary: 'the package archive has not every package of the image', hint: 'name the mirror that has them: --mirror URL' },
];

/** Why a build failed, from what its programs said, with the last of it. */
export function buildFailed(said: string, { distro, version }: { readonly distro: string; readonly version: string }): LabError {
  const detail = said.trim().split('\n').slice(-12).join('\n') || undefined;
  const rule = rules.find(({ pattern }) => pattern.test(said));
  if (rule === undefined) return new LabError({ kind: 'image', summary: `the image of ${distro}@${version} could not be built`, detail, hint: 'what its builder said last stands above' });
  return new LabError({ kind: rule.kind, summary: rule.summary, detail: said.startsWith('ENOENT: ') ? undefined : detail, hint: rule.hint });
}
