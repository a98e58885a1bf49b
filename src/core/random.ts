/** The whole state of a stream: four 32-bit words. */
export type RandomState = readonly [number, number, number, number];

/**
 * A seeded stream of random numbers: equal seed and path give equal numbers on every machine.
 * Streams are split by name, not by order of use, so that a new user of randomness does not change the others:
 * `new RandomStream(seed, 'shuffle', epoch)`.
 *
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand, 2010), seeded by FNV-1a over the path and 12 rounds of mixing.
 */
export class RandomStream {
  readonly #state: Uint32Array;

  /** @param seed any safe integer; 0 is a seed like any other */
  constructor(seed: number, ...path: (string | number)[]) {
    this.#state = new Uint32Array([Math.floor(seed / 2 ** 32), seed, hash(path.join('\u0000')), 1]);
    for (let round = 0; round < 12; round++) this.uint32();
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    const s = this.#state;
    const result = (s[0] + s[1] + s[3]) >>> 0;
    s[3]++;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = s[2] + (s[2] << 3);
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + result;
    return result;
  }

  /** A number in [low, high), 32 bits fine. @default [0, 1) */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.uint32() / 2 ** 32);
  }

  /** A whole number in [0, count), without the bias of a plain remainder. */
  integer(count: number): number {
    const limit = 2 ** 32 - (2 ** 32 % count);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % count;
  }

  /** A normally distributed number (Box and Muller, 1958). @default mean 0, deviation 1 */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    return items;
  }

  /** 0 ... count-1 in random order. */
  permutation(count: number): Uint32Array {
    return this.shuffle(Uint32Array.from({ length: count }, (_, i) => i));
  }

  /** To be stored beside a checkpoint, so that a resumed run draws the same numbers. */
  get state(): RandomState {
    const [a, b, c, d] = this.#state;
    return [a, b, c, d];
  }

  set state(state: RandomState) {
    this.#state.set(state);
  }
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
