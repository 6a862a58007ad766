import { userInfo } from 'node:os';
import { configPattern, includes, includesOthers, withInclude, withoutInclude } from '../../ssh/config-include.ts';
import { stanzas } from '../../ssh/config.ts';
import { jumpOf } from '../../library/work/machines.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { openSessions, sessionsRoot } from '../../library/sessions.ts';
import { openSshConfigFile } from '../ssh-config-file.ts';
import { hostsOf } from './ssh.ts';

export interface SshConfigOptions {
  readonly install?: boolean;
  readonly uninstall?: boolean;
  readonly jump?: string;
}

/** `labtui ssh-config [S]`: stanzas that ssh, scp and rsync accept, of one session or of all live ones; or puts them where ssh looks by itself. */
export async function sshConfig(context: CliContext, reference: string | undefined, options: SshConfigOptions): Promise<number> {
  const { install = false, uninstall = false } = options;
  if (install || uninstall) {
    if (install && uninstall) throw new UsageError('--install and --uninstall exclude each other');
    if (reference !== undefined || options.jump !== undefined) throw new UsageError(`--${install ? 'install' : 'uninstall'} is for all live labs of the sessions directory`, `labtui ssh-config --${install ? 'install' : 'uninstall'}`);
    return changeUserConfig(context, install);
  }
  if (reference === undefined && options.jump !== undefined) throw new UsageError('--jump names a machine of one session', 'labtui ssh-config SESSION --jump HOST');
  const store = openSessions(context);
  const ids =
    reference === undefined
      ? (await store.list({ archived: false })).filter(({ problem }) => problem === null).map(({ id }) => id)
      : [(await store.resolve(reference)).id];
  for (const id of ids) {
    const record = await store.load(id);
    const jump = options.jump === undefined ? undefined : jumpOf(await hostsOf(context, id), options.jump);
    const text = stanzas(record, store.paths(id), jump);
    if (text !== '') context.out(text.endsWith('\n') ? text : `${text}\n`);
  }
  return 0;
}

async function changeUserConfig(context: CliContext, install: boolean): Promise<number> {
  const pattern = configPattern(sessionsRoot(context));
  const file = await openSshConfigFile(context.home);
  const isThere = includes(file.text, pattern);
  const next = install ? withInclude(file.text, pattern) : withoutInclude(file.text, pattern);
  if (next !== file.text) await file.write(next);
  const changed = next !== file.text;
  if (context.settings.json) {
    context.out(`${JSON.stringify({ file: file.path, include: pattern, installed: install, changed }, null, 2)}\n`);
    return 0;
  }
  const said = install ? (isThere ? 'is there already' : 'is written') : changed ? 'is taken away' : 'was not there';
  context.err(`  the line for ${pattern} ${said}: ${file.path}\n`);
  if (install) {
    context.err('  ssh ALIAS, scp and rsync now reach the machines of live labs; undo it with: labtui ssh-config --uninstall\n');
    if (accountHome() !== context.home) context.err(`  ssh reads ${accountHome()}/.ssh/config, not what HOME says: ssh -F ${file.path} ALIAS\n`);
  } else if (includesOthers(next)) context.err('  lines of other sessions directories are still there: labtui ssh-config --uninstall --sessions-dir DIR\n');
  return 0;
}

/** OpenSSH takes it from the account, whatever HOME is. */
function accountHome(): string {
  return userInfo().homedir;
}
