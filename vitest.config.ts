import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Milliseconds after which a fast test hangs. Far above what any takes: how fast something is, the bench says. */
const hangs = 180_000;

// `npm test` is the fast ladder; the end-to-end tests (*.e2e.test.ts) have a project of their own, and those that boot a machine (*.vm.test.ts) another.
export default defineConfig({
  define: { LABTUI_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    sequence: { sequencer: LongestFirst },
    // On two cores Vitest would take one. Many tests wait: for programs, timers, sockets. More than this starve the emulated VM.
    maxWorkers: 3,
    expect: { poll: { timeout: 60_000 } },
    // What failed is named with its values whole: CI's closing lines are all that is left of a run.
    chaiConfig: { truncateThreshold: 4_000 },
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/**/*.{e2e,vm}.test.ts', 'test/live/**'], testTimeout: hangs, hookTimeout: hangs },
      },
      {
        extends: true,
        // Of the fast ladder what may differ between Nodes: the clouds' own rules are the same everywhere.
        test: {
          name: 'every-node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{e2e,vm}.test.ts', 'test/live/**', 'test/clouds/**', 'test/rehearsal/{aws,azure,gcp}/**'],
          testTimeout: hangs,
          hookTimeout: hangs,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        // Emulated machines: one file after the other and beside nothing else, or none of them boots in time.
        test: { name: 'vm', include: ['test/**/*.vm.test.ts'], fileParallelism: false, testTimeout: 1_500_000, hookTimeout: 1_500_000 },
      },
      {
        extends: true,
        test: { name: 'live', include: ['test/live/**/*.test.ts'], testTimeout: 1_800_000, hookTimeout: 600_000 },
      },
    ],
  },
});
