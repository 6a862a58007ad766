import type { SimResource } from '../../engine/resource.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { text } from '../../../plugin/attributes.ts';
import type { Ec2View } from '../model/ec2.ts';
import { text as prop } from '../model/props.ts';
import { createSchedule, deleteSchedule, findSchedule, scheduleArn, type ScheduleInput, updateSchedule } from '../model/schedules.ts';
import { askEc2, hasCode } from './ask-ec2.ts';
import { block } from './attributes.ts';
import { explained, saying } from './failures.ts';
import { uniqueName } from './unique-name.ts';

/** Its id is `GROUP/NAME`; only the default group is simulated. */
export const scheduleBehaviour: ResourceBehaviour = {
  type: 'aws_scheduler_schedule',
  defaults: { state: 'ENABLED', schedule_expression_timezone: 'UTC', group_name: 'default' },
  replacedBy: ['name', 'name_prefix', 'group_name'],
  create: async (planned, context) => {
    const name = text(planned, 'name') ?? uniqueName(text(planned, 'name_prefix') ?? undefined);
    await saying(`creating AWS EventBridge Scheduler Schedule (${name})`, () =>
      askEc2(context, 'CreateSchedule', { target: name }, (ec2) => void createSchedule(ec2, name, inputOf(planned))),
    );
    return (await read(`default/${name}`, planned, context)) ?? planned;
  },
  read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
  update: async (prior, planned, context) => {
    const id = text(prior, 'id') ?? '';
    await saying(`updating AWS EventBridge Scheduler Schedule (${id})`, () =>
      askEc2(context, 'UpdateSchedule', { target: nameIn(id) }, (ec2) => void updateSchedule(ec2, nameIn(id), inputOf(planned))),
    );
    return (await read(id, planned, context)) ?? planned;
  },
  delete: async (prior, context) => {
    const id = text(prior, 'id') ?? '';
    try {
      await askEc2(context, 'DeleteSchedule', { target: nameIn(id) }, (ec2) => deleteSchedule(ec2, nameIn(id)));
    } catch (error) {
      if (!hasCode(error, 'ResourceNotFoundException')) throw explained(`deleting AWS EventBridge Scheduler Schedule (${id})`, error);
    }
  },
};

function nameIn(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}

function inputOf(planned: Attributes): ScheduleInput {
  const target = block(planned, 'target') ?? {};
  return {
    description: text(planned, 'description') ?? '',
    expression: text(planned, 'schedule_expression') ?? '',
    timezone: text(planned, 'schedule_expression_timezone') ?? 'UTC',
    state: text(planned, 'state') === 'DISABLED' ? 'DISABLED' : 'ENABLED',
    targetArn: text(target, 'arn') ?? '',
    roleArn: text(target, 'role_arn') ?? '',
    input: text(target, 'input') ?? '',
  };
}

function read(id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  return saying(`reading AWS EventBridge Scheduler Schedule (${id})`, () =>
    askEc2(context, 'GetSchedule', { target: nameIn(id) }, (ec2: Ec2View) => {
      const schedule = findSchedule(ec2, nameIn(id));
      return schedule === null ? null : state(schedule, id, prior);
    }),
  );
}

function state(schedule: SimResource, id: string, prior: Attributes): Attributes {
  const target = block(prior, 'target') ?? {};
  return {
    ...prior,
    id,
    arn: scheduleArn(schedule),
    name: schedule.name ?? '',
    name_prefix: text(prior, 'name_prefix') ?? '',
    group_name: 'default',
    description: prop(schedule, 'description'),
    schedule_expression: prop(schedule, 'expression'),
    schedule_expression_timezone: prop(schedule, 'timezone'),
    state: prop(schedule, 'state'),
    target: [{ ...target, arn: prop(schedule, 'targetArn'), role_arn: prop(schedule, 'roleArn'), input: prop(schedule, 'input') }],
  };
}
