/** Runs pieces of work that share a key one after the other, in the order they were asked for; others run at once. */
export class InOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const previous = this.#last.get(key) ?? Promise.resolve();
    const result = previous.then(work, work);
    // Whoever asked for the work gets its failure; the next in line only waits for the end.
    this.#last.set(key, result.catch(() => undefined));
    return result;
  }
}
