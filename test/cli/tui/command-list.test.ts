import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../src/cli/program.ts';
import { commandList } from '../../../src/cli/tui/command-list.ts';

const program = buildProgram({
  version: '0.0.0',
  start: () => {
    throw new Error('no command is run here');
  },
  finish: () => undefined,
  environment: {},
  cwd: '/',
  home: '/',
  loadClouds: () => Promise.reject(new Error('no cloud is asked here')),
});

describe('the commands that the interface offers', () => {
  const commands = commandList(program);
  const find = (name: string) => commands.find((command) => command.name === name);

  it('are all those of the help, with their parents, and nothing twice', () => {
    const names = commands.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const command of program.commands) expect(names.some((name) => name.split(' ')[0] === command.name())).toBe(true);
    expect(names).toContain('rehearsal status');
    expect(names).not.toContain('rehearsal');
  });

  it('say how they are used and what they do', () => {
    expect(find('exec')).toMatchObject({ usage: '<session> [command...]', description: 'run a command on it; its exit code is ours' });
    expect(find('list')).toMatchObject({ usage: '', interactive: false });
  });

  it.each(['ssh', 'apply', 'replace', 'destroy', 'cleanup', 'rehearsal serve', 'image import', 'demo'])('%s wants the terminal', (name) => {
    expect(find(name)?.interactive).toBe(true);
  });

  it.each(['plan', 'show', 'sizes', 'profiles init', 'ci init', 'rehearsal status'])('%s does not', (name) => {
    expect(find(name)?.interactive).toBe(false);
  });
});
