import { type Host, type HostEvent, type ReadinessStage, readinessStages } from '../core/events.ts';

/** A machine on its way to ready: every change of stage or reason is reported, nothing else. */
export interface HostProgress {
  readonly host: Host;
  /** The machine waits at this stage, for this reason. */
  at(stage: ReadinessStage, reason: string | null): void;
  /** A new attempt reached this stage. Attempts begin anew at tcp, so only a later stage than before is news. */
  reached(stage: ReadinessStage): void;
  /** What became known of the machine; told with the next change. */
  learn(facts: Pick<Host, 'hostKeyFingerprint' | 'hostKeyTrust'>): void;
}

export function followHost(first: Host, onHost: (event: HostEvent) => void): HostProgress {
  let host = first;
  const progress: HostProgress = {
    get host() {
      return host;
    },
    at(stage, reason) {
      if (host.stage === stage && host.reason === reason) return;
      host = { ...host, stage, reason };
      onHost({ type: 'host', ...host });
    },
    reached(stage) {
      if (host.stage === null || readinessStages.indexOf(stage) > readinessStages.indexOf(host.stage)) progress.at(stage, null);
    },
    learn(facts) {
      host = { ...host, ...facts };
    },
  };
  return progress;
}
