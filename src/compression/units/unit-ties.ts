/** The units along the last axis of a value, by number: one entry per channel, the same number for what goes together. */
export type Units = readonly number[];

/** Which units live and go together, and which cannot go at all; a union-find. */
export class UnitTies {
  readonly #parents: number[] = [];
  /** By root: why they must stay. */
  readonly #kept = new Map<number, string>();

  /** New units that are tied to none. */
  make(count: number): Units {
    return Array.from({ length: count }, () => this.#parents.push(this.#parents.length) - 1);
  }

  /** The number that stands for all units that this one is tied to. */
  rootOf(unit: number): number {
    let root = unit;
    while (this.#parents[root] !== root) root = this.#parents[root];
    for (let at = unit; at !== root; ) [at, this.#parents[at]] = [this.#parents[at], root];
    return root;
  }

  /** Ties the first of one to the first of the other, the second to the second ... */
  tie(some: Units, others: Units): void {
    some.forEach((unit, i) => {
      const [a, b] = [this.rootOf(unit), this.rootOf(others[i])];
      if (a === b) return;
      const [root, child] = [Math.min(a, b), Math.max(a, b)];
      this.#parents[child] = root;
      const why = this.#kept.get(root) ?? this.#kept.get(child);
      if (why !== undefined) this.#kept.set(root, why);
    });
  }

  /** Marks units that cannot be removed; what is said last holds. @param why goes on after `cannot remove units of conv1: ` */
  keep(units: Units, why: string): void {
    for (const unit of units) this.#kept.set(this.rootOf(unit), why);
  }

  whyKept(unit: number): string | undefined {
    return this.#kept.get(this.rootOf(unit));
  }
}
