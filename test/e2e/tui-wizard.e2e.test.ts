import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, skipLoudly, type Workplace } from '../support/labtui.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { missingTerminal, openTerminal, type TerminalEmulator } from '../support/terminal-emulator.ts';

const skip = skipLoudly('the wizard in a terminal', (await missingTerminal()) ?? (await missingTools(['terraform'])));

describe.skipIf(skip)('the wizard in a terminal', () => {
  let place: Workplace;
  let terminal: TerminalEmulator;
  beforeEach(() => {
    place = createWorkplace();
  });
  afterEach(async () => {
    await terminal.close();
    place.remove();
  });

  it('takes a newcomer without an account to a running lab, by Enter alone', async () => {
    terminal = await openTerminal(place);
    await terminal.waitFor('n new');
    await terminal.send('n');
    await terminal.waitFor(/▸ debian +13/);
    await terminal.send('enter');
    await terminal.waitFor('no credentials found here, so this is a rehearsal', { timeoutMs: 60_000 });
    await terminal.waitFor('labtui apply --distro debian@13 --cloud aws --rehearse');
    await terminal.send('enter');
    await terminal.waitFor(/▸ ◉ lab +2\/4 +t3a\.medium/);
    await terminal.send('enter');
    await terminal.waitFor(/create it: \d+ resources, all simulated/, { timeoutMs: 60_000 });
    await terminal.send('enter');
    await terminal.waitFor((screen) => !screen.join('\n').includes('4 review') && screen.join('\n').includes('debian-aws'), { timeoutMs: 60_000 });
    // The run is a process of its own: it comes to its end whatever is on the screen.
    await expect.poll(async () => (await place.run(['list', '--json'])).json(), { timeout: 120_000, interval: 1_000 }).toMatchObject([{ name: 'debian-aws', phase: 'ready', rehearsed: true }]);
    await place.run(['cleanup', '--all', '--auto-approve']);
  });

  it('saves what was chosen as a profile that means the same', async () => {
    terminal = await openTerminal(place);
    await terminal.waitFor('n new');
    await terminal.send('D');
    await terminal.waitFor(/▸ debian +13/);
    await terminal.send('/');
    terminal.type('fedora 44');
    await terminal.waitFor(/▸ fedora +44/);
    await terminal.send('enter');
    await terminal.waitFor(/◉ aws/);
    await terminal.send('down', 'down', 'space');
    await terminal.waitFor('--cloud aws,gcp --rehearse');
    await terminal.send('enter');
    await terminal.waitFor(/▸ ◉ lab/);
    await terminal.send('down', 'enter');
    await terminal.waitFor(/create it: \d+ resources, all simulated/, { timeoutMs: 60_000 });
    await terminal.send('w', 'ctrl-u');
    terminal.type('mine');
    await terminal.waitFor('save as profile mine');
    await terminal.send('enter');
    await terminal.waitFor('labtui apply --profile mine');
    const file = join(place.home, '.config/labtui/profiles/mine.yaml');
    expect(readFileSync(file, 'utf8')).toMatch(/^distro: fedora@44 +#.*\ncloud: \[ aws, gcp \] +#.*\nsize: medium /m);
    expect(await place.run(['profiles', 'validate', 'mine'])).toMatchObject({ exitCode: 0 });
  });
});
