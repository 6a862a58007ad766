/** An amount with its currency: cents where it is more than one, four digits for hourly prices. */
export function money(amount: number | null, currency: string | null, digits: 2 | 4 = 2): string {
  if (amount === null) return 'unknown';
  return `${amount.toFixed(digits)} ${currencySign(currency ?? '')}`.trimEnd();
}

/** A price as its list has it: with all of its digits, and no more. */
export function listAmount(amount: number, currency: string): string {
  return `${Number(amount.toFixed(8))} ${currencySign(currency)}`;
}

function currencySign(currency: string): string {
  return currency === 'USD' ? '$' : currency === 'EUR' ? '€' : currency;
}
