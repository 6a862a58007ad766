import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { clouds } from '../../../src/clouds/registry.ts';
import { type CliContext } from '../../../src/cli/context.ts';
import { cliContext } from '../../support/cli-context.ts';

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** A user manager that keeps unit names in files, as strict as the real one about units that are not there. */
const systemctl = `#!/bin/sh
echo "systemctl $*" >>"$FAKE_STATE/calls"
[ "$1" = --user ] && [ "$2" = --no-pager ] || exit 64
shift 2
[ -e "$FAKE_STATE/no-manager" ] && { echo 'Failed to connect to bus: No medium found' >&2; exit 1; }
[ -e "$FAKE_STATE/refuse-$1" ] && { echo "Failed to $1 unit: Access denied" >&2; exit 1; }
units="$HOME/.config/systemd/user"
case "$1" in
  show) echo Version=255 ;;
  daemon-reload) : >"$FAKE_STATE/loaded"; [ -d "$units" ] && ls "$units" >"$FAKE_STATE/loaded"; exit 0 ;;
  enable) grep -qx "$2" "$FAKE_STATE/loaded" || { echo "Unit $2 does not exist" >&2; exit 1; }
    mkdir -p "$units/timers.target.wants"; ln -sf "../$2" "$units/timers.target.wants/$2" ;;
  restart) grep -qx "$2" "$FAKE_STATE/loaded" || exit 5; : >"$FAKE_STATE/active-$2" ;;
  disable) shift; [ "$1" = --now ] || exit 64; rm -f "$FAKE_STATE/active-$2" "$units/timers.target.wants/$2"; rmdir "$units/timers.target.wants" 2>/dev/null; exit 0 ;;
  is-active) if [ -e "$FAKE_STATE/active-$2" ]; then echo active; else echo inactive; exit 3; fi ;;
  reset-failed) exit 0 ;;
  *) exit 64 ;;
esac
`;
const loginctl = `#!/bin/sh
echo "loginctl $*" >>"$FAKE_STATE/calls"
cat "$FAKE_STATE/linger" 2>/dev/null || echo no
`;
const crontab = `#!/bin/sh
echo "crontab $*" >>"$FAKE_STATE/calls"
case "$1" in
  -l) [ -e "$FAKE_STATE/crontab" ] || { echo "no crontab for tester" >&2; exit 1; }; cat "$FAKE_STATE/crontab" ;;
  -) [ -e "$FAKE_STATE/refuse-crontab" ] && { echo 'you are not allowed to use this program' >&2; exit 1; }; cat >"$FAKE_STATE/crontab" ;;
  -r) rm "$FAKE_STATE/crontab" ;;
  *) exit 64 ;;
esac
`;

export interface FakeSystem {
  readonly home: string;
  /** A command line of a user who has these programs and nothing else of the system. */
  context(more?: { readonly json?: boolean; readonly sessionsDir?: string; readonly env?: Readonly<Record<string, string>> }): CliContext & { readonly printed: () => string };
  calls(): readonly string[];
  read(...path: readonly string[]): string | null;
  /** Sets or takes away a mark in the fake's state. */
  mark(name: string, text?: string): void;
  unmark(name: string): void;
}

export function fakeSystem({ programs = ['systemctl', 'loginctl', 'crontab'] }: { readonly programs?: readonly ('systemctl' | 'loginctl' | 'crontab')[] } = {}): FakeSystem {
  const home = mkdtempSync(join(tmpdir(), 'labtui-sweeper-'));
  homes.push(home);
  const [bin, state] = [join(home, 'bin'), join(home, 'fake')];
  for (const folder of [bin, state]) mkdirSync(folder);
  const scripts = { systemctl, loginctl, crontab };
  for (const program of programs) {
    writeFileSync(join(bin, program), scripts[program]);
    chmodSync(join(bin, program), 0o755);
  }
  for (const tool of ['sh', 'cat', 'ls', 'grep', 'mkdir', 'ln', 'rm', 'rmdir']) {
    const found = ['/bin', '/usr/bin'].map((folder) => join(folder, tool)).find((file) => existsSync(file));
    if (found === undefined) throw new Error(`no ${tool} on this computer`);
    writeFileSync(join(bin, tool), `#!/bin/sh\nexec ${found} "$@"\n`);
    chmodSync(join(bin, tool), 0o755);
  }
  return {
    home,
    context: ({ json = true, sessionsDir, env = {} } = {}) => {
      const context = cliContext({ clouds, cwd: home, json });
      return {
        ...context,
        environment: { PATH: bin, HOME: home, FAKE_STATE: state, ...env },
        settings: { ...context.settings, sessionsDir: sessionsDir ?? null },
      };
    },
    calls: () => (existsSync(join(state, 'calls')) ? readFileSync(join(state, 'calls'), 'utf8').trim().split('\n') : []),
    read: (...path) => (existsSync(join(home, ...path)) ? readFileSync(join(home, ...path), 'utf8') : null),
    mark: (name, text = '') => writeFileSync(join(state, name), text),
    unmark: (name) => rmSync(join(state, name), { force: true }),
  };
}
