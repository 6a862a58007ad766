/** How a cloud itself ends a lab at its deadline: each machine at its time, a schedule that deletes them, a group that deletes itself. */
export const deadlineKinds = ['termination-time', 'schedule', 'self-destruct'] as const;
export type DeadlineKind = (typeof deadlineKinds)[number];

/** The cloud's own deadline of one stack, as far as it is known. */
export type CloudDeadline =
  /** Written into the stack's Terraform; nobody has read it back. */
  | { readonly kind: DeadlineKind; readonly state: 'planned' }
  /** Read back from the cloud: it acts then. ISO time. */
  | { readonly kind: DeadlineKind; readonly state: 'armed'; readonly at: string }
  /** `kind` null: it was never in the stack's Terraform. */
  | { readonly kind: DeadlineKind | null; readonly state: 'missing'; readonly reason: string };

/** What a cloud says of a deadline that was read back. */
export type DeadlineReading = { readonly armed: true; readonly at: string } | { readonly armed: false; readonly reason: string };

/** The name of every resource that is in a stack for its deadline alone, or what it begins with: `aws_iam_role.deadline`. */
export const deadlineName = 'deadline';

/** Whether a resource is in the stack for its deadline alone: nothing else in the stack needs it. */
export function isDeadlineAddress(address: string): boolean {
  const [, name = ''] = /^[^.[]+\.([^.[]+)/.exec(address) ?? [];
  return name === deadlineName || name.startsWith(`${deadlineName}-`);
}

/** Whether the stack's Terraform has the cloud's own deadline in it. */
export function isWritten(deadline: CloudDeadline | undefined): deadline is Exclude<CloudDeadline, { state: 'missing' }> {
  return deadline !== undefined && deadline.state !== 'missing';
}
