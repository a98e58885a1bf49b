/** Keeps the few items with the highest scores of many, the highest first; of equals the first that came. NaN counts as the highest. */
export class Worst<Item> {
  readonly #count: number;
  readonly #kept: { readonly score: number; readonly item: Item }[] = [];

  /** @param count how many are kept */
  constructor(count: number) {
    this.#count = count;
  }

  get items(): Item[] {
    return this.#kept.map(({ item }) => item);
  }

  /** @param item made only where it is kept */
  offer(score: number, item: () => Item): void {
    const value = Number.isNaN(score) ? Number.POSITIVE_INFINITY : score;
    const last = this.#kept.at(-1);
    if (this.#kept.length === this.#count && last && last.score >= value) return;
    const at = this.#kept.findIndex((other) => other.score < value);
    this.#kept.splice(at < 0 ? this.#kept.length : at, 0, { score: value, item: item() });
    this.#kept.length = Math.min(this.#kept.length, this.#count);
  }
}
