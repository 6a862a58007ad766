import { execa } from 'execa';
import * as z from 'zod';
import { LabError } from '../core/errors.ts';
import { parseJson } from '../platform/parse-json.ts';
import { interrupted } from './interrupted.ts';

const answerSchema = z.object({ terraform_version: z.string() });

/**
 * Runs `version -json` of a Terraform that has just been fetched. Rejects with kind prerequisite where it does not run
 * here or is another version than it should be.
 */
export async function checkBinary(binary: string, version: string, signal: AbortSignal): Promise<void> {
  const result = await execa(binary, ['version', '-json'], {
    env: { CHECKPOINT_DISABLE: '1' },
    // Nothing of the user's: what is asked is whether this file runs on this computer.
    extendEnv: false,
    cwd: '/',
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
    timeout: 20_000,
    killSignal: 'SIGKILL',
    maxBuffer: 1_000_000,
  });
  if (signal.aborted) throw interrupted(signal);
  if (result.failed) {
    const noexec = result.code === 'EACCES' ? 'may the cache be on a file system mounted noexec? Another place: XDG_CACHE_HOME=DIR' : undefined;
    const how = result.timedOut ? 'no answer' : (result.code ?? (result.exitCode === undefined ? result.signal : `exit code ${result.exitCode}`) ?? 'it fails');
    throw unusable(`the Terraform that was fetched does not run here: ${how}`, result.stderr, noexec);
  }
  const answer = answerSchema.safeParse(parseJson(result.stdout));
  if (answer.data?.terraform_version === version) return;
  throw unusable(`what was fetched says that it is ${answer.data?.terraform_version ?? 'no Terraform'}, not Terraform ${version}`, result.stdout);
}

function unusable(summary: string, output: string, hint = 'get Terraform yourself: https://developer.hashicorp.com/terraform/install'): LabError {
  const lines = output.trim().split('\n').slice(-10).join('\n');
  return new LabError({ kind: 'prerequisite', summary, detail: lines === '' ? undefined : lines, hint });
}
