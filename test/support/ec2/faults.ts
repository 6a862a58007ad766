import { type Ec2Answer, type Ec2Call, errorAnswer } from './ec2-query.ts';

/** What a call is answered instead of being carried out (or, with `drop: 'after'`, besides). */
export interface Fault {
  readonly action: string;
  /** Which calls of the action fail, counted from 1 when the fault was set; default: every one. */
  readonly calls?: readonly number[];
  /** Only calls with these parameters. */
  readonly where?: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
  /** Wait before answering or forwarding. */
  readonly delayMs?: number;
  /** Cut the connection: before the call is carried out, or after it was and before the answer. */
  readonly drop?: 'before' | 'after';
}

export interface FaultOutcome {
  readonly delayMs: number;
  readonly drop: 'before' | 'after' | null;
  readonly answer: Ec2Answer | null;
}

/** Faults in force. The first that fits a call decides it. */
export class Faults {
  private active: { readonly fault: Fault; seen: number }[] = [];

  add(fault: Fault): void {
    this.active.push({ fault, seen: 0 });
  }

  clear(): void {
    this.active = [];
  }

  outcome(call: Ec2Call): FaultOutcome {
    for (const entry of this.active) {
      const { fault } = entry;
      const fits = Object.entries(fault.where ?? {}).every(([name, value]) => call.params.get(name) === value);
      if (fault.action !== call.action || !fits) continue;
      entry.seen += 1;
      if (fault.calls !== undefined && !fault.calls.includes(entry.seen)) continue;
      const answer = fault.code === undefined ? null : errorAnswer(fault.code, fault.message ?? fault.code, fault.status);
      return { delayMs: fault.delayMs ?? 0, drop: fault.drop ?? null, answer };
    }
    return { delayMs: 0, drop: null, answer: null };
  }
}
