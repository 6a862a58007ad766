import type { Ec2 } from '../../../src/clouds/aws/ec2-calls.ts';

type Input = Readonly<Record<string, unknown>>;
/** What each command is answered; a command that is not named here fails the test. */
export type Ec2Answers = Readonly<Record<string, (input: Input) => object>>;

export interface FakeEc2 {
  readonly ec2: Ec2;
  readonly asked: { readonly command: string; readonly input: Input }[];
}

/** An EC2 that answers from a table and remembers what it was asked. */
export function fakeEc2(answers: Ec2Answers): FakeEc2 {
  const asked: { command: string; input: Input }[] = [];
  const send = (sent: { readonly constructor: { readonly name: string }; readonly input: Input }): Promise<object> => {
    const command = sent.constructor.name.replace(/Command$/, '');
    asked.push({ command, input: sent.input });
    const answer = answers[command];
    if (answer === undefined) return Promise.reject(new Error(`unexpected ${command}`));
    return new Promise((resolve) => resolve(answer(sent.input)));
  };
  return { ec2: { send }, asked };
}

/** An error as the SDK throws it. */
export function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });
}

/** The values of a filter of a call. */
export function filterOf(input: Input, name: string): readonly string[] {
  const filters = input.Filters as readonly { readonly Name: string; readonly Values: readonly string[] }[] | undefined;
  return filters?.find(({ Name }) => Name === name)?.Values ?? [];
}
