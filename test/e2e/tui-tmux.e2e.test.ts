import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { bundle, createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';

const noTmux = (await execa('tmux', ['-V'], { reject: false })).exitCode === 0 ? null : 'tmux is not here';
const skip = skipLoudly('labtui in tmux', noTmux ?? (await missingTools(['terraform'])));

describe.skipIf(skip)('labtui in tmux', () => {
  let place: Workplace;
  // A server of one's own, without anybody's configuration.
  const tmux = async (...args: readonly string[]): Promise<string> =>
    (await execa('tmux', ['-S', `${place.home}/tmux`, '-f', '/dev/null', ...args], { cwd: place.cwd, env: place.environment({ TERM: 'xterm-256color' }), extendEnv: false })).stdout;
  const screen = (): Promise<string> => tmux('capture-pane', '-p', '-t', 'lab');
  const press = (...keys: readonly string[]): Promise<string> => tmux('send-keys', '-t', 'lab', ...keys);
  const sees = async (sight: RegExp, timeoutMs = 180_000): Promise<string> => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const text = await screen();
      if (sight.test(text)) return text;
      if (performance.now() > deadline) throw new Error(`not seen within ${timeoutMs} ms: ${String(sight)}\n${text}`);
      await sleep(100);
    }
  };

  beforeAll(async () => {
    place = createWorkplace();
    // A shell stays when labtui has ended, so that what it leaves can be seen.
    await tmux('new-session', '-d', '-s', 'lab', '-x', '80', '-y', '24', 'sh');
  });
  afterAll(async () => {
    await tmux('kill-server');
    place.remove();
  });

  it('takes a newcomer from nothing to a shell on a machine and back to nothing', async () => {
    await press(`${process.execPath} ${bundle}; echo "left with $?"`, 'Enter');
    await sees(/A machine with the Linux you want/);
    await press('n');
    await sees(/▸ debian +13/);
    await press('Enter');
    await sees(/--cloud aws --rehearse/);
    await press('Enter');
    await sees(/▸ ◉ lab/);
    await press('Enter');
    await sees(/create it: \d+ resources, all simulated/);
    await press('Enter');
    await sees(/● ready in \d/);
    await press('s');
    await sees(/:~\$ *$/m);
    await press('whoami', 'Enter');
    await sees(/^admin$/m);
    await press('exit', 'Enter');
    await sees(/● ready in \d/);

    // Another window of another size: all of it is drawn anew.
    await tmux('resize-window', '-t', 'lab', '-x', '100', '-y', '30');
    await sees(/^─{100}$/m);
    await tmux('resize-window', '-t', 'lab', '-x', '60', '-y', '16');
    await sees(/^─{60}$/m);
    await tmux('resize-window', '-t', 'lab', '-x', '80', '-y', '24');
    await sees(/^─{80}$/m);

    await press('d');
    await sees(/Destroy debian-aws\?/);
    await press('y');
    await sees(/● gone in \d.* 0 left/);
    await press('Escape');
    await sees(/A machine with the Linux you want/);
    await press('q');
    await sees(/Leave labtui\?/);
    await press('y');
    expect(await sees(/^left with 0$/m)).not.toContain('A machine with the Linux');
    expect(await tmux('display-message', '-p', '-t', 'lab', '#{alternate_on} #{cursor_flag}')).toBe('0 1');
  });
});
