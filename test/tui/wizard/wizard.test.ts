import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudChoices } from '../../../src/tui/screens/wizard/possible.ts';
import { sizeRows } from '../../../src/tui/screens/wizard/rows.ts';
import { facts, nowMs, summary } from '../facts.ts';
import { loggedIn, planned, WizardStory } from './wizard-story.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'labtui-wizard-'));
  mkdirSync(join(cwd, 'profiles'));
  writeFileSync(join(cwd, 'profiles/rocky-lab.yaml'), 'distro: rocky@9\ncloud: aws:eu-west-1\ninstanceType: t3.large\nttl: 8h\ntags: { team: kernel }\nssh: { port: 2222 }\n');
  writeFileSync(join(cwd, 'profiles/broken.yaml'), 'distor: x\n');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const newcomer = () => new WizardStory(cwd).answer();
const withAws = { aws: loggedIn('aws', 'arn:aws:iam::1234:user/ada (account 1234)') };

describe('a newcomer without an account', () => {
  it('gets through with Enter alone', async () => {
    const story = await newcomer();
    expect(story.command).toBe('labtui apply --distro debian@13');
    story.press('enter');
    expect(story.wizard).toMatchObject({ step: 'where', request: { rehearse: true, where: [{ cloud: 'aws', region: 'auto' }] } });
    await story.answer();
    story.press('enter');
    await story.answer();
    story.press('enter');
    await story.answer();
    expect(story.wizard.step).toBe('review');
    expect(story.command).toBe('labtui apply --distro debian@13 --cloud aws --rehearse');
    story.press('enter');
    const args = ['apply', '--distro', 'debian@13', '--cloud', 'aws', '--rehearse', '--auto-approve'];
    expect(story.last).toEqual({ do: 'start', tag: 'start', args });
    story.receive({ type: 'started', tag: 'start', started: { run: 'r1', pid: 1 } });
    expect(story.top).toMatchObject({ kind: 'run', verb: 'apply', args, source: { run: 'r1' } });
    expect(story.app.screens).toHaveLength(2);
  });

  it('is not asked for credentials by a demo', async () => {
    const story = await new WizardStory(cwd, { demo: true }).answer();
    expect(story.effects.some(({ effect }) => effect.do === 'query' && effect.args[0] === 'doctor')).toBe(false);
    expect(story.press('enter').wizard.request).toMatchObject({ rehearse: true, where: [{ cloud: 'aws' }] });
  });

  it('cannot create before the plan is there, nor with a plan that failed', async () => {
    const story = await newcomer();
    story.press('enter');
    await story.answer();
    story.press('enter', 'enter');
    expect(story.refusal('enter')).toBe('being planned');
    story.press('enter', 'a');
    expect(story.effects.some(({ effect }) => effect.do === 'start')).toBe(false);
    await story.answer({ plan: planned('plan-refused.ndjson', 3) });
    expect(story.refusal('a')).toContain('AWS has no region "eu-wset-1"');
    story.press('u');
    expect(story.last).toMatchObject({ do: 'query', tag: 'plan' });
  });

  it('is started once, and may try again where that failed', async () => {
    const story = await newcomer();
    story.press('enter', 'enter', 'enter');
    await story.answer();
    story.press('enter', 'enter', 'a');
    expect(story.effects.filter(({ effect }) => effect.do === 'start')).toHaveLength(1);
    story.receive({ type: 'failed', tag: 'start', reason: 'no more processes' });
    expect(story.app.said?.text).toBe('not started: no more processes');
    expect(story.refusal('enter')).toBeNull();
  });
});

describe('where', () => {
  it('waits for who we are before it decides, and takes the first cloud with credentials', async () => {
    const story = new WizardStory(cwd, { identities: { azure: loggedIn('azure'), gcp: loggedIn('gcp') } });
    await story.answer({});
    story.press('enter');
    expect(story.wizard.request).toMatchObject({ rehearse: false, where: [{ cloud: 'azure', region: 'auto' }] });

    const undecided = await newcomer();
    undecided.press('enter', 'c');
    expect(undecided.wizard.request.where).toEqual([]);
    expect(undecided.refusal('enter')).toBe('looking for credentials');
  });

  it('says what is missing, and looks again when told to', async () => {
    const story = await new WizardStory(cwd, { identities: withAws }).answer();
    story.press('enter', 'down');
    expect(story.refusal('space')).toMatch(/credentials/);
    story.press('space');
    expect(story.wizard.request.where).toEqual([{ cloud: 'aws', region: 'auto' }]);
    story.press('c');
    await story.answer({ 'doctor:azure': loggedIn('azure') });
    expect(story.refusal('space')).toBeNull();
    story.press('space');
    expect(story.command).toBe('labtui apply --distro debian@13 --cloud aws,azure');
  });

  it('greys what cannot be, with the reason', async () => {
    const story = await new WizardStory(cwd, { identities: withAws }).answer();
    story.press('/', '<alpine>', 'enter');
    await story.answer();
    const ids = story.wizard.known.clouds.is === 'known' ? story.wizard.known.clouds.value.map(({ id }) => id) : [];
    const refusals = Object.fromEntries(ids.map((id, index) => [id, (story.press('home', ...Array<string>(index).fill('down')), story.refusal('space'))]));
    expect(refusals.aws).toBeNull();
    expect(refusals.hetzner).toBe('labtui cannot create there yet');
    story.press('r', 'home', 'end');
    expect(story.refusal('space')).toBe('there is no simulation of it');
  });

  it('measures the regions of real clouds only, and lists them nearest first', async () => {
    const story = await new WizardStory(cwd, { identities: withAws }).answer();
    story.press('enter');
    expect(story.asked.map(({ args }) => args.join(' '))).toEqual(['sizes --cloud aws', 'regions --cloud aws --measure']);
    await story.answer();
    story.press('R');
    await story.answer();
    story.press('down', 'enter');
    expect(story.command).toBe('labtui apply --distro debian@13 --cloud aws:eu-west-1');
    story.press('R', '/', '<frank>', 'enter');
    expect(story.command).toBe('labtui apply --distro debian@13 --cloud aws:eu-central-1');
    story.press('R', 'home', 'enter');
    expect(story.command).toBe('labtui apply --distro debian@13 --cloud aws');

    const demo = await newcomer();
    demo.press('enter');
    expect(demo.asked.map(({ args }) => args.join(' '))).toEqual(['sizes --cloud aws']);
  });
});

describe('size', () => {
  const atSize = async () => {
    const story = await new WizardStory(cwd, { identities: { aws: loggedIn('aws'), gcp: loggedIn('gcp') } }).answer();
    story.press('enter', 'down', 'down', 'space', 'enter');
    return story.answer();
  };

  it('has a type and a price on each cloud', async () => {
    const story = await atSize();
    expect(story.wizard.known.sizes.aws?.is).toBe('known');
    expect(story.wizard.known.sizes.gcp?.is).toBe('known');
    story.press('home', 'down', 'down', 'space');
    expect(story.command).toBe('labtui apply --distro debian@13 --cloud aws,gcp --size medium');
  });

  it("takes a cloud's own type, and says what is no type", async () => {
    const story = await atSize();
    story.press('home', 'down', 'down', 'down', 'down', 'enter', '<t3.hu>');
    expect(story.wizard.complaint).toContain('"t3.hu" is not an instance type of AWS');
    expect(story.refusal('enter')).toContain('is not an instance type');
    story.press('ctrl-u', '<t3.large>', 'enter');
    expect(story.command).toBe('labtui apply --distro debian@13 --cloud aws,gcp --instance-type aws=t3.large');
    story.press('home', 'space');
    expect(story.command).toBe('labtui apply --distro debian@13 --cloud aws,gcp --size small');
  });

  it('has everything else behind more settings', async () => {
    const story = await atSize();
    const toField = (label: string): void => {
      story.press('home');
      for (let index = 0; index < 30; index += 1) {
        const row = rowAt(story);
        if (row === label) return;
        story.press('down');
      }
      throw new Error(`no line ${label}`);
    };
    toField('ttl');
    story.press('space', 'enter', 'ctrl-u', '<90m>', 'enter');
    toField('advanced');
    story.press('enter');
    toField('count');
    story.press('enter', 'ctrl-u', '<0>');
    expect(story.refusal('enter')).toBe('a number from 1 to 100');
    story.press('ctrl-u', '<2>', 'enter');
    toField('spot');
    story.press('space');
    toField('network');
    story.press('enter');
    toField('tags');
    story.press('enter', '<team=kernel, of=us>', 'enter');
    toField('allowFrom');
    story.press('enter', 'ctrl-u', '<198.51.100.7>', 'enter');
    toField('userData');
    story.press('enter', '<my init.sh>', 'enter');
    expect(story.command).toBe("labtui apply --distro debian@13 --cloud aws,gcp --ttl 90m --count 2 --spot --network default --user-data 'my init.sh' --tag team=kernel --tag of=us --allow-from 198.51.100.7");
  });

  it('has ports and a folder of this computer where a machine is to be on it, and only there', async () => {
    const missing = loggedIn('local');
    const ready = { ...missing, documents: [JSON.parse(JSON.stringify(missing.documents[0]).replaceAll('"ok":false', '"ok":true')) as unknown] };
    const story = await new WizardStory(cwd, { identities: { ...withAws, local: ready } }).answer();
    story.press('enter');
    await story.answer();
    story.press('enter', 'end', 'enter');
    expect(sizeRows(story.wizard).some((row) => row.kind === 'field' && row.field === 'forward')).toBe(false);
    story.press('left', 'space', 'home', ...Array<string>(cloudChoices(story.wizard).findIndex(({ onThisComputer }) => onThisComputer)).fill('down'), 'space');
    await story.answer();
    story.press('right');
    expect(story.wizard).toMatchObject({ step: 'size', advanced: true, request: { where: [{ cloud: 'local' }] } });
    const atField = (field: string): void => {
      const index = sizeRows(story.wizard).findIndex((row) => row.kind === 'field' && row.field === field);
      story.press('home', ...Array<string>(index).fill('down'), 'enter');
    };
    atField('forward');
    story.press('<8080:80, 2222>');
    expect(story.refusal('enter')).toBe('"2222" is no HERE:THERE, each from 1 to 65535');
    story.press('<:22>', 'enter');
    atField('share');
    story.press('<./src>', 'enter');
    expect(story.command).toBe(`labtui apply --distro debian@13 --cloud local --set 'local.forward=["8080:80","2222:22"]' --set local.share=./src`);
  });

  it('leaves a field as it was where typing is given up', async () => {
    const story = await atSize();
    story.press('home', 'down', 'down', 'down', 'down', 'enter', '<t3.large>', 'escape');
    expect(story.command).toBe('labtui apply --distro debian@13 --cloud aws,gcp');
    expect(story.wizard.step).toBe('size');
  });
});

function rowAt(story: WizardStory): string {
  const { cursors, advanced, request } = story.wizard;
  const clouds = new Set(request.where.map(({ cloud }) => cloud)).size;
  const names = ['small', 'lab', 'medium', 'large', ...Array<string>(clouds).fill('type'), 'arch', 'ttl', 'advanced', ...(advanced ? ['name', 'count', 'disk', 'diskType', 'spot', 'maxPrice', 'network', 'userData', 'tags', 'allowFrom'] : [])];
  return names[cursors.size] ?? '';
}

describe('back and forth', () => {
  it('keeps what was entered', async () => {
    const story = await newcomer();
    story.press('enter');
    await story.answer();
    story.press('enter', 'end', 'up', 'up', 'space');
    story.press('escape', 'escape');
    expect(story.wizard.step).toBe('distro');
    story.press('right', 'right');
    expect(story.wizard).toMatchObject({ step: 'size', request: { distros: ['debian@13'], fields: { arch: 'arm64' } } });
  });

  it('plans again only what has changed', async () => {
    const story = await newcomer();
    story.press('enter', 'enter', 'enter');
    await story.answer();
    const plans = () => story.effects.filter(({ effect }) => effect.do === 'query' && effect.tag === 'plan').length;
    story.press('left', 'right');
    expect(plans()).toBe(1);
    story.press('left', 'home', 'enter');
    expect(story.last).toMatchObject({ tag: 'plan', args: ['plan', '--distro', 'debian@13', '--cloud', 'aws', '--size', 'small', '--rehearse'] });
  });

  it('leaves at once where nothing was entered, and asks where something was', async () => {
    const untouched = await newcomer();
    untouched.press('down', 'escape');
    expect(untouched.top.kind).toBe('home');

    const story = await newcomer();
    story.press('enter', 'ctrl-c');
    expect(story.app.overlay?.kind).toBe('dialog');
    story.press('ctrl-c');
    expect(story.wizard.step).toBe('where');
    story.press('escape', 'escape', 'y');
    expect(story.top.kind).toBe('home');
  });
});

describe('what was known before', () => {
  it('a profile fills everything in, and only what differs from it is said', async () => {
    const story = await newcomer();
    story.press('p');
    expect(story.refusal('enter')).toBeNull();
    story.press('down');
    expect(story.refusal('enter')).toContain('unknown key "distor"');
    story.press('down', 'enter');
    await story.answer();
    expect(story.wizard.request).toMatchObject({ distros: ['rocky@9'], where: [{ cloud: 'aws', region: 'eu-west-1' }], types: { aws: 't3.large' }, fields: { ttl: '8h', tags: 'team=kernel' } });
    expect(story.command).toBe('labtui apply --profile rocky-lab');
    story.press('enter');
    expect(story.command).toBe('labtui apply --profile rocky-lab --rehearse');
    await story.answer();
    story.press('enter', 'home', 'down', 'down', 'space');
    expect(story.command).toBe('labtui apply --profile rocky-lab --size medium --set instanceType=null --rehearse');
    story.press('left', 'left', '/', '<debian>', 'enter');
    expect(story.command).toBe('labtui apply --profile rocky-lab --distro debian@13 --size medium --set instanceType=null --rehearse');
  });

  it('configuration fills in what it says', async () => {
    writeFileSync(join(cwd, 'labtui.yaml'), 'distro: fedora\ncloud: gcp\nttl: 2h\n');
    try {
      const story = await new WizardStory(cwd, { identities: { gcp: loggedIn('gcp') } }).answer();
      story.press('enter');
      expect(story.wizard.request).toMatchObject({ rehearse: false, where: [{ cloud: 'gcp' }], distros: ['fedora'], fields: { ttl: '2h' } });
      expect(story.command).toBe('labtui apply --distro fedora --cloud gcp');
      writeFileSync(join(cwd, 'labtui.yaml'), 'ttl: 2m\n');
      const broken = await newcomer();
      expect(broken.refusal('enter')).toContain('labtui.yaml:1:6');
    } finally {
      rmSync(join(cwd, 'labtui.yaml'));
    }
  });

  it('the last lab is the default of the next', async () => {
    const sessions = [summary({ name: 'old', distro: ['arch@rolling'], createdAt: '2026-11-20T10:00:00Z' }), summary({ name: 'last', distro: ['rocky@9'], clouds: ['gcp'] })];
    const story = await new WizardStory(cwd, { sessions, identities: { aws: loggedIn('aws'), gcp: loggedIn('gcp') } }).answer();
    expect(story.command).toBe('labtui apply --distro rocky@9');
    expect(story.press('enter').wizard.request.where).toEqual([{ cloud: 'gcp', region: 'auto' }]);
  });
});

describe('review', () => {
  const atReview = async () => {
    const story = await newcomer();
    story.press('enter', 'enter', 'enter');
    return story.answer();
  };

  it('says what it costs, who reaches it and what is created', async () => {
    const { wizard } = await atReview();
    const outcome = wizard.review?.outcome;
    expect(outcome).toMatchObject({ ok: true, protectedBy: ['guest'] });
    expect(outcome?.stacks.map(({ stack, creates }) => [stack, creates.length])).toEqual([['aws', 9], ['gcp', 4]]);
  });

  it('shows the same as YAML, from the command that would write it', async () => {
    const story = await atReview();
    story.press('v');
    expect(story.asked).toMatchObject([{ tag: 'yaml', args: ['profiles', 'init', '--distro', 'debian@13', '--cloud', 'aws'], json: false }]);
    await story.answer();
    expect(story.wizard.review?.yaml).toMatchObject({ is: 'known', value: expect.stringContaining('distro: debian@13 ') as string });
  });

  it('saves a profile', async () => {
    const story = await atReview();
    story.press('w');
    expect(story.wizard.editing?.field.text).toBe('debian-aws');
    story.press('ctrl-u', '<../x>');
    expect(story.refusal('enter')).toContain('a file name');
    story.press('ctrl-u', '<mine>', 'enter');
    const file = `${facts.profilesFolder}/mine.yaml`;
    expect(story.last).toEqual({ do: 'query', tag: 'save:mine', args: ['profiles', 'init', file, '--distro', 'debian@13', '--cloud', 'aws'], json: false });
    story.receive({ type: 'answered', tag: 'save:mine', answer: { exitCode: 3, documents: [], stdout: '', stderr: `error: ${file} exists already\n  try:   another name\n` } });
    expect(story.app.said).toMatchObject({ text: `not saved: ${file} exists already`, tone: 'bad' });
    story.receive({ type: 'answered', tag: 'save:mine', answer: { exitCode: 0, documents: [], stdout: '', stderr: '' } });
    expect(story.app.said?.text).toContain('labtui apply --profile mine');
    expect(story.last).toMatchObject({ tag: 'profiles' });
  });

  it('counts the time while it plans', async () => {
    const story = await newcomer();
    story.press('enter', 'enter', 'enter');
    expect(story.wizard.review?.startedAtMs).toBe(nowMs);
  });
});
