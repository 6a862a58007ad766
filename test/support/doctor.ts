import * as z from 'zod';
import type { RunOptions, Workplace } from './labtui.ts';

const report = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), optional: z.boolean(), found: z.string(), fix: z.string().nullable() })),
});

export interface Diagnosis {
  readonly exitCode: number | undefined;
  /** The checks of a cloud, without those of this computer. */
  readonly cloud: readonly { readonly name: string; readonly ok: boolean; readonly found: string; readonly fix: string | null }[];
}

/** What `labtui doctor --cloud C --json` says of a cloud, started as a user starts it. */
export async function diagnose(place: Workplace, cloud: string, env: NonNullable<RunOptions['env']>): Promise<Diagnosis> {
  const run = await place.run(['doctor', '--cloud', cloud, '--json'], { env });
  const { checks } = report.parse(run.json());
  return { exitCode: run.exitCode, cloud: checks.filter(({ name }) => name.startsWith(`${cloud} `)).map(({ name, ok, found, fix }) => ({ name, ok, found, fix })) };
}
