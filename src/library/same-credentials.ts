import type { Cloud } from '../core/cloud.ts';
import { LabError } from '../core/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The cloud, its API asked only where that means the same account as Terraform: its client looks for credentials among the variables of the
 * process, Terraform among those of the call. Where they differ, `loadApi` rejects with kind credentials.
 */
export function withSameCredentials(cloud: Cloud, environment: Environment, ofProcess: Environment = process.env): Cloud {
  const { loadApi, facts } = cloud;
  if (loadApi === undefined || environment === ofProcess) return cloud;
  return {
    ...cloud,
    loadApi: async (target) => {
      const name = [...new Set([...Object.keys(environment), ...Object.keys(ofProcess)])].find((variable) => isOf(cloud, variable) && environment[variable] !== ofProcess[variable]);
      if (name === undefined) return loadApi(target);
      throw new LabError({
        kind: 'credentials',
        summary: `${name} is not in the given environment as it is in the process, and the client of ${facts.title} reads that of the process`,
        hint: `start the program with ${name} as it is meant, and give no other`,
      });
    },
  };
}

/** Its patterns are names, or beginnings of them with a star. */
function isOf({ environment }: Cloud, variable: string): boolean {
  return environment.some((pattern) => (pattern.endsWith('*') ? variable.startsWith(pattern.slice(0, -1)) : variable === pattern));
}
