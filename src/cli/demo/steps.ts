import { exitCodes } from '../../core/errors.ts';
import type { CliContext } from '../context.ts';

/** One thing a demo shows: a file, or a command as a user would type it. */
export type DemoStep =
  | { readonly why: string; readonly file: { readonly name: string; readonly text: string } }
  | {
      readonly why: string;
      readonly file?: undefined;
      /** What would be typed behind `labtui`. */
      readonly command: string;
      readonly run: (context: CliContext) => Promise<number>;
      /** Exit codes with which the story goes on. */
      readonly expected: readonly number[];
    };

export interface DemoPlot {
  /** Each with a region, so that nothing has to be measured or asked. */
  readonly clouds: readonly { readonly id: string; readonly demoRegion: string }[];
  /** Holds the profile. */
  readonly place: string;
  readonly keep: boolean;
}

const name = 'demo-lab';

/** The story, in order. */
export function demoSteps({ clouds, keep }: DemoPlot): readonly DemoStep[] {
  const where = clouds.map(({ id, demoRegion }) => `${id}:${demoRegion}`);
  const profile = (cloud: string): string => `name: ${name}\ndistro: fedora\ncloud: ${cloud}\nsize: lab\nttl: 4h\n`;
  const [first = ''] = where;
  const fault = `capacity,cloud=${clouds[0]?.id ?? ''}`;
  const several = clouds.length > 1;
  const soldOut = { rehearse: true, autoApprove: true, profile: name, fault: [fault] };
  return [
    { why: 'a lab is a few lines of YAML', file: { name: `${name}.yaml`, text: profile(several ? `[${where.join(', ')}]` : first) } },
    {
      why: 'what it would do and cost, before anything exists',
      command: `plan --profile ${name} --rehearse`,
      run: async (context) => (await import('../commands/apply.ts')).plan(context, { profile: name, rehearse: true }),
      expected: [exitCodes.done],
    },
    {
      why: 'a zone that is sold out: it says so, says where there is room, and leaves nothing behind',
      command: `apply --profile ${name} --cloud ${first} --rehearse --auto-approve --fault ${fault}`,
      run: async (context) => (await import('../commands/apply.ts')).apply(context, { ...soldOut, cloud: [first] }),
      expected: [exitCodes.failed],
    },
    {
      why: several ? `now for good, on ${clouds.length} clouds at once` : 'now for good',
      command: `apply --profile ${name} --rehearse --auto-approve`,
      run: async (context) => (await import('../commands/apply.ts')).apply(context, { profile: name, rehearse: true, autoApprove: true }),
      expected: [exitCodes.done],
    },
    {
      why: several ? 'into each of them' : 'into it',
      command: `exec ${name}${several ? ' --all' : ''} -- 'uname -sr; grep PRETTY_NAME /etc/os-release'`,
      run: async (context) => (await import('../commands/exec.ts')).exec(context, name, ['uname -sr; grep PRETTY_NAME /etc/os-release'], { all: several }),
      expected: [exitCodes.done],
    },
    { why: 'what is there, how long, and what it costs', command: 'list', run: async (context) => (await import('../commands/list.ts')).list(context, {}), expected: [exitCodes.done] },
    ...(keep ? [] : ending),
  ];
}

const ending: readonly DemoStep[] = [
  {
    why: 'and one command to nothing left',
    command: `destroy ${name} --auto-approve`,
    run: async (context) => (await import('../commands/destroy.ts')).destroy(context, [name], { autoApprove: true }),
    expected: [exitCodes.done],
  },
];
