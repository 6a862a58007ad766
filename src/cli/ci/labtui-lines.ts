import { shellLine } from '../../core/shell-word.ts';
import { type CiRequest, junitFile } from './ci-request.ts';

/** Shell lines that put this labtui, and the Terraform that it has tested, onto a runner. */
export function installLines(version: string): readonly string[] {
  return [`npm install --global --ignore-scripts labtui@${version}`, 'labtui doctor --install-terraform'];
}

/** One lab per combination, the command in each, the results as JUnit. */
export function runLine({ arches, clouds, command, distros, rehearse }: CiRequest): string {
  return shellLine([
    ...['labtui', 'run', '--distro', distros.join(','), '--cloud', clouds.join(',')],
    ...(arches.length === 0 ? [] : ['--arch', arches.join(',')]),
    ...['--junit', junitFile, '--auto-approve'],
    ...(rehearse ? ['--rehearse'] : []),
    ...['--', ...command],
  ]);
}

/** What a cancelled run could not end itself. The runner's sessions directory holds nothing but this job's labs. */
export const cleanupLine = 'labtui cleanup --all -y';

/** What a machine on the runner itself takes, of Debian and Ubuntu. */
export function emulatorPackages(arches: readonly string[]): readonly string[] {
  const amd64 = arches.length === 0 || arches.includes('amd64') ? ['qemu-system-x86', 'ovmf'] : [];
  const arm64 = arches.includes('arm64') ? ['qemu-system-arm', 'qemu-efi-aarch64'] : [];
  return ['qemu-utils', ...amd64, ...arm64];
}

/** Lines of text, each pushed in by so many spaces, with a line feed behind each. */
export function indented(lines: readonly string[], spaces: number): string {
  return lines.map((line) => `${line === '' ? '' : ' '.repeat(spaces)}${line}\n`).join('');
}
