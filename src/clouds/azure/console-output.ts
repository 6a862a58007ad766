import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { type FetchPort, fetchPatiently } from '../patient-fetch.ts';
import { apiVersion } from './api-versions.ts';
import type { ArmClient } from './arm-client.ts';

const diagnostics = z.object({ serialConsoleLogBlobUri: z.string().nullish() });

/** What a machine has written to its serial console, as boot diagnostics keep it; empty while there is nothing. */
export async function consoleOutput(arm: ArmClient, instanceId: string, port: FetchPort, signal: AbortSignal): Promise<string> {
  const { serialConsoleLogBlobUri: uri } = await arm.post(`${instanceId}/retrieveBootDiagnosticsData`, apiVersion.compute, diagnostics);
  if (!uri) return '';
  // The address is signed: it needs no token, and must not be shown one.
  const answer = await fetchPatiently({ url: uri, method: 'GET', headers: {}, signal }, port);
  if (answer.status === 404) return '';
  if (answer.status !== 200) {
    throw new LabError({ kind: 'conflict', summary: `the console log cannot be read (HTTP ${answer.status})`, hint: 'wait a minute, then repeat the command', retryable: true });
  }
  return answer.text;
}
