/** A line as a shell would split it into arguments: blanks separate, quotes and backslashes keep together. null: a quote is not closed. */
export function splitWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  const characters = Array.from(line);
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (quote !== null) {
      if (character === quote) quote = null;
      else if (character === '\\' && quote === '"' && at + 1 < characters.length) word = (word ?? '') + (characters[(at += 1)] ?? '');
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && at + 1 < characters.length) word = (word ?? '') + (characters[(at += 1)] ?? '');
    else if (/\s/u.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (quote !== null) return null;
  if (word !== null) words.push(word);
  return words;
}
