import { hostname } from 'node:os';
import type { Owner } from '../core/owner.ts';
import type { LabContext } from './context.ts';
import { userName } from './user-name.ts';

/** Who a lab belongs to (contract §4): LABTUI_OWNER, else the CI's repository, else user@host. */
export function ownerOf({ environment }: Pick<LabContext, 'environment'>): Owner {
  const named = environment.LABTUI_OWNER ?? environment.GITHUB_REPOSITORY ?? environment.CI_PROJECT_PATH;
  if (named !== undefined && named !== '') return { name: named, ofComputer: false };
  return { name: `${userName()}@${hostname()}`, ofComputer: true };
}
