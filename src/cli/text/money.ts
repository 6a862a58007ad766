/** An amount with its currency: cents where it is more than one, four digits for hourly prices. */
export function money(amount: number | null, currency: string | null, digits: 2 | 4 = 2): string {
  if (amount === null) return 'unknown';
  return `${amount.toFixed(digits)} ${currency === 'USD' ? '$' : currency === 'EUR' ? '€' : (currency ?? '')}`.trimEnd();
}
