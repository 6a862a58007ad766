import type { SessionSummary } from '../../src/core/session.ts';
import type { TuiFacts } from '../../src/tui/port.ts';

export const facts: TuiFacts = {
  version: '0.0.0-test',
  sessionsRoot: '/sessions',
  unicode: true,
  colour: true,
  profilesFolder: '/config/labtui/profiles',
  commands: [
    { name: 'list', usage: '', description: 'the labs of this sessions directory', interactive: false },
    { name: 'ssh', usage: '<session> [command...]', description: 'a shell on it', interactive: true },
    { name: 'rehearsal status', usage: '', description: 'what exists in the simulated clouds', interactive: false },
  ],
};

export const nowMs = Date.parse('2026-11-21T12:00:00Z');

/** A session as `list` has it. */
export function summary(changes: Partial<SessionSummary> & { readonly name: string }): SessionSummary {
  return {
    id: `${changes.name}-abc234`,
    distro: ['debian@13'],
    clouds: ['aws'],
    regions: ['eu-west-1'],
    size: 't3a.medium',
    phase: 'ready',
    state: 'running',
    createdAt: '2026-11-21T10:00:00Z',
    expiresAt: '2026-11-21T14:00:00Z',
    hourlyCost: 0.05,
    presentHourlyCost: changes.hourlyCost === undefined ? 0.05 : changes.hourlyCost,
    currency: 'USD',
    protectedBy: ['guest'],
    rehearsed: false,
    archived: false,
    problem: null,
    ...changes,
  };
}
