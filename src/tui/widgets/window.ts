/** Which items of a list are seen when so many fit and one is selected: a page that keeps the selected one off its edges. */
export function windowOf(count: number, selected: number, fitting: number): { readonly from: number; readonly to: number } {
  if (count <= fitting) return { from: 0, to: count };
  const margin = Math.min(2, Math.floor((fitting - 1) / 2));
  const from = Math.max(0, Math.min(count - fitting, selected - Math.floor(fitting / 2), selected - margin));
  return { from, to: from + fitting };
}
