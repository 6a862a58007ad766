import process from 'node:process';
import type { Cloud } from '../../core/cloud.ts';
import { classify } from './errors.ts';
import { localFacts } from './facts.ts';
import { fallbacksOf, hostsOf } from './hosts.ts';

/** A virtual machine on this computer, by QEMU, through a Terraform provider of labtui's own. */
export const localCloud: Cloud = {
  id: 'local',
  facts: localFacts,
  // Where its files are is told by what every program may see: HOME and XDG_*.
  environment: [],
  ownProvider: true,
  classify,
  hostsOf,
  fallbacksOf,
  billedItems: ({ instanceType }) => [{ part: 'machines', item: instanceType, unit: 'hour', quantity: 1 }],
  loadSettings: () => import('./settings.ts'),
  loadStack: () => import('./stack.ts'),
  loadDeadline: () => import('./move-deadline.ts'),
  loadApi: async (target) => {
    const { openLocalApi } = await import('./api.ts');
    return openLocalApi(target, process.env);
  },
  makeReady: async (stack, onStep, signal) => {
    const { fetchImage } = await import('./fetch-image.ts');
    await fetchImage(stack, { environment: process.env, onStep, signal });
  },
};
