/** What a text says as JSON; null where it is none. Nothing is known of its form yet. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
