import type { Timer } from './world.ts';

/** Timers by time, then by the order they were set in: a binary heap. Timers that were cancelled are left out by `isLive`. */
export class TimerQueue {
  readonly #heap: { readonly timer: Timer; readonly order: number }[] = [];
  readonly #isLive: (timer: Timer) => boolean;
  #order = 0;

  constructor(isLive: (timer: Timer) => boolean) {
    this.#isLive = isLive;
  }

  add(timer: Timer): void {
    const heap = this.#heap;
    let place = heap.push({ timer, order: (this.#order += 1) }) - 1;
    for (let parent = (place - 1) >> 1; place > 0 && this.#isBefore(place, parent); parent = (place - 1) >> 1) {
      this.#swap(place, parent);
      place = parent;
    }
  }

  /** The next one to be due. */
  first(): Timer | null {
    for (;;) {
      const top = this.#heap[0];
      if (top === undefined) return null;
      if (this.#isLive(top.timer)) return top.timer;
      this.#dropFirst();
    }
  }

  #dropFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let place = 0; ; ) {
      const left = 2 * place + 1;
      const right = left + 1;
      let least = place;
      if (left < heap.length && this.#isBefore(left, least)) least = left;
      if (right < heap.length && this.#isBefore(right, least)) least = right;
      if (least === place) return;
      this.#swap(place, least);
      place = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (one === undefined || other === undefined) return false;
    return one.timer.atMs === other.timer.atMs ? one.order < other.order : one.timer.atMs < other.timer.atMs;
  }

  #swap(a: number, b: number): void {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
