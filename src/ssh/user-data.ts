import { invalidInput } from '../core/errors.ts';
import type { UserDataInput } from '../core/ssh.ts';
import { cloudConfig } from './cloud-config.ts';
import { guestSetup } from './guest-setup.ts';
import { ignition } from './ignition.ts';
import { type MimePart, multipart } from './mime.ts';
import { startupScript } from './startup-script.ts';
import { readUserPart, type UserPart } from './user-part.ts';

/**
 * How cloud-init is to merge the user's cloud-config into labtui's, as a header of the user's part: a part's own
 * mergers decide how it is laid over the earlier ones, so a `merge_how` in labtui's part would do nothing. cloud-init's
 * default replaces whole keys, and a list of users or of authorized keys would lock labtui out. This way lists are
 * appended, mappings recursed into, and labtui's single values stay. A `merge_how` of the user's own comes first.
 */
const mergeType = 'list(append)+dict(no_replace,recurse_list)+str()';

/**
 * A machine's user data in the form its image takes: for cloud-init a MIME multipart with labtui's cloud-config, a
 * boothook for what must not wait (deadline, SSH port), and the user's part as it is. Throws invalid-input where the
 * user's part cannot be handed over.
 */
export function userData(input: UserDataInput): string {
  switch (input.init) {
    case 'cloud-init':
      return multipart(cloudInitParts(input));
    case 'ignition':
      return ignition(input);
    case 'startup-script':
      return startupScript(input);
    case 'none':
      if ((input.userPart ?? '').trim() === '') return '';
      throw invalidInput('this image takes no user data', 'leave userData out, or choose an image with cloud-init');
  }
}

function cloudInitParts(input: UserDataInput): readonly MimePart[] {
  const userPart = readUserPart(input.userPart ?? '');
  const setup = guestSetup(input);
  return [
    part('text/cloud-config', 'labtui.yaml', cloudConfig(input, userPart)),
    ...(setup === null ? [] : [part('text/cloud-boothook', 'labtui.sh', setup)]),
    ...(userPart === null ? [] : [fromUser(userPart)]),
  ];
}

function fromUser(userPart: UserPart): MimePart {
  if (userPart.kind === 'mime') return { headers: null, text: userPart.text };
  return part(userPart.contentType, 'user-data', userPart.text, [['Merge-Type', mergeType]]);
}

function part(
  contentType: string,
  fileName: string,
  text: string,
  headers: NonNullable<MimePart['headers']> = [],
): MimePart {
  return {
    headers: [
      ['Content-Type', `${contentType}; charset="utf-8"`],
      ['Content-Disposition', `attachment; filename="${fileName}"`],
      ...headers,
    ],
    text,
  };
}
