import { invalidInput } from '../core/errors.ts';
import type { UserDataInput } from '../core/ssh.ts';
import { guestSetup } from './guest-setup.ts';

/**
 * User data of an image whose cloud agent runs a script as root at every start and puts the login key in place
 * itself. The user's part must be a script too: it runs after labtui's, with its own interpreter. Throws
 * invalid-input for anything else.
 */
export function startupScript(input: UserDataInput): string {
  const setup = guestSetup(input);
  const userPart = input.userPart ?? '';
  if (userPart.trim() === '') return setup ?? '';
  if (!userPart.startsWith('#!')) {
    throw invalidInput(
      'this image runs a startup script and has no cloud-init, so userData must be a script',
      'begin it with #!/bin/sh, or choose an image with cloud-init',
    );
  }
  const body = (Buffer.from(userPart, 'utf8').toString('base64').match(/.{1,76}/g) ?? []).join('\n');
  return [
    '#!/bin/sh',
    // In a shell of its own, because it ends with an exit.
    ...(setup === null ? [] : ['(', setup.trimEnd(), ')']),
    'umask 077',
    'script=/var/lib/labtui-user-data',
    "base64 -d >$script <<'LABTUI-USER-DATA'",
    body,
    'LABTUI-USER-DATA',
    'chmod 700 $script',
    'exec $script',
    '',
  ].join('\n');
}
