import { describe, expect, it } from 'vitest';
import { isDeadlineAddress } from '../../src/core/deadline.ts';
import { withoutDeadline, withTexts } from '../../src/core/written-stack.ts';

const text = (stack: object): string => `${JSON.stringify(stack, null, 2)}\n`;

describe('a written stack', () => {
  it('loses what is in it for its deadline alone, and nothing else', () => {
    const vm = { ami: 'ami-1', tags: { deadline: 'none' } };
    const stack = text({ provider: { aws: [{}] }, resource: { aws_instance: { vm }, aws_iam_role: { deadline: {}, mine: {} }, aws_scheduler_schedule: { 'deadline-schedule': {} } } });
    expect(withoutDeadline(stack)).toBe(text({ provider: { aws: [{}] }, resource: { aws_instance: { vm }, aws_iam_role: { mine: {} } } }));
  });

  it('is the same text where there is nothing to take out or to exchange', () => {
    const stack = text({ terraform: { backend: {} }, resource: { a_b: { c: { list: ['x', 1, null, true] } } } });
    expect(withoutDeadline(stack)).toBe(stack);
    expect(withTexts(stack, (each) => each)).toBe(stack);
  });

  it('has its texts exchanged by where they stand', () => {
    const stack = text({ resource: { a_b: { c: { tags: { x: 'old', y: 'old' }, list: ['old'] } } } });
    expect(withTexts(stack, (each, path) => (path.at(-1) === 'x' || path.join('.') === 'resource.a_b.c.list.0' ? 'new' : each))).toBe(
      text({ resource: { a_b: { c: { tags: { x: 'new', y: 'old' }, list: ['new'] } } } }),
    );
  });

  it('is refused where it is no JSON object', () => {
    expect(() => withoutDeadline('[]')).toThrow();
    expect(() => withoutDeadline('{')).toThrow();
  });

  it.each([
    ['aws_iam_role.deadline', true],
    ['aws_scheduler_schedule.deadline-schedule', true],
    ['aws_instance.vm', false],
    ['aws_instance.deadlines', false],
    ['deadline.vm', false],
  ])('%s is of the deadline: %s', (address, expected) => {
    expect(isDeadlineAddress(address)).toBe(expected);
  });
});
