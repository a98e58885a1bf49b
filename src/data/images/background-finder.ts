import { borderLevel } from '../../core/pictures/border-level.ts';
import type { Features } from '../features.ts';

/** Collects from single grey images whether their edges are dark or light. */
export class BackgroundFinder {
  #looked = 0;
  #dark = 0;
  #light = 0;

  /** @param pixels of one image `[height, width]`, 0 ... 255 */
  look(pixels: Uint8Array, height: number, width: number): void {
    const level = borderLevel(pixels, height, width);
    this.#looked++;
    if (level < 85) this.#dark++;
    if (level > 170) this.#light++;
  }

  /** Dark or light if the edges of at least 9 of 10 images are. */
  result(): Pick<Features, 'background'> {
    if (this.#looked === 0) return {};
    if (this.#dark >= 0.9 * this.#looked) return { background: 'dark' };
    return this.#light >= 0.9 * this.#looked ? { background: 'light' } : {};
  }
}
