let given = 0;

/** `terraform-20261121061334742600000002`: the SDK's unique name, of time and a counter. */
export function uniqueName(prefix = 'terraform-', nowMs = Date.now()): string {
  given += 1;
  const digits = new Date(nowMs).toISOString().replace(/[^\d]/g, '');
  return `${prefix}${digits}0${(given % 2 ** 32).toString(16).padStart(8, '0')}`;
}
