import { describe, expect, it } from 'vitest';
import { costChange, renderReplacement } from '../../src/cli/text/replacement.ts';
import { createTheme } from '../../src/cli/theme.ts';
import { choiceOf, withChoice } from '../../src/core/machine-stack.ts';
import type { PlanEvent } from '../../src/core/events.ts';
import type { SessionRecord } from '../../src/core/session.ts';
import type { PlannedReplacement } from '../../src/lab/ports.ts';
import { stackInput } from '../clouds/aws/stack-inputs.ts';
import { debian } from '../support/stack-inputs.ts';

const theme = createTheme(false, { LANG: 'C.UTF-8' });

describe('the question before a replace', () => {
  const { stack } = stackInput({ count: 2 });
  const hosts = [stack.machines[1]?.name ?? ''];
  const swap: PlannedReplacement = {
    stack: 'aws',
    hosts,
    from: stack,
    to: withChoice(stack, hosts, { ...choiceOf(stack), distro: debian, instanceType: 'm7i.large' }),
    hourlyBefore: 0.08,
    plan: {
      resources: [
        { address: 'aws_instance.vm-2', type: 'aws_instance', action: 'replace' },
        { address: 'aws_scheduler_schedule.deadline-schedule', type: 'aws_scheduler_schedule', action: 'update' },
      ],
      hourlyCost: 0.1408,
      currency: 'USD',
    } as unknown as PlanEvent,
  };
  const text = renderReplacement({ name: 'kernel-lab' } as SessionRecord, [swap], theme);

  it('says what goes, what comes, what is changed beside it and what it costs', () => {
    expect(text).toContain('keeps its name, ssh alias, key, network and deadline');
    expect(text).toContain(hosts[0]);
    expect(text).toMatch(/is {8}ubuntu@24\.04 · amd64 · t3\.medium/);
    expect(text).toMatch(/becomes {3}debian@12 · amd64 · m7i\.large/);
    expect(text).toContain('replaced  aws_instance.vm-2, with its disk and what is on it');
    expect(text).toContain('changed   aws_scheduler_schedule.deadline-schedule');
    expect(text).toContain('0.0800 $ to 0.1408 $ per hour (+0.0608)');
  });

  it.each([
    [0.1, 0.1, '0.1000 $ per hour, as before'],
    [0.2, 0.1, '0.2000 $ to 0.1000 $ per hour (-0.1000)'],
  ])('says of %d and %d: %s', (before, after, expected) => {
    expect(costChange(before, after, 'USD')).toBe(expected);
  });

  it('invents no price', () => {
    expect(costChange(null, 0.1, 'USD')).not.toMatch(/[+-]\d/);
  });
});
