import { type Attributes, ProviderError } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import type { Ec2View } from '../model/ec2.ts';
import { CallFailed, regionOf } from './ask-ec2.ts';

/** A wait that ended badly, in the words of the provider's SDK. */
export class WaitFailed extends Error {
  override readonly name = 'WaitFailed';
}

/** `doing what: the call's own words`, as SDKv2 resources report it: all in the summary. */
export function explained(what: string, error: unknown): unknown {
  if (!(error instanceof CallFailed) && !(error instanceof WaitFailed)) return error;
  return new ProviderError({ severity: 'error', summary: `${what}: ${error.message}` }, { cause: error });
}

/** The same of a plugin-framework resource: the words are the detail. */
export function explainedInDetail(what: string, error: unknown): unknown {
  if (!(error instanceof CallFailed) && !(error instanceof WaitFailed)) return error;
  return new ProviderError({ severity: 'error', summary: what, detail: error.message }, { cause: error });
}

/** Runs it; a refusal says what was being done. */
export async function saying<T>(what: string, work: () => Promise<T>, explain = explained): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(what, error);
  }
}

/**
 * The rest of a creation, when the thing itself exists: what goes wrong now leaves it in the state, tainted. `snapshot`
 * sees the world as it is, without a call.
 */
export async function withPartial<T>(context: ProviderContext, snapshot: (ec2: Ec2View) => Attributes | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.partial !== null) throw error;
    const partial = await context.world.read((tx) => snapshot({ tx, region: regionOf(context) }));
    throw new ProviderError(error.diagnostic, { partial, cause: error.cause });
  }
}
