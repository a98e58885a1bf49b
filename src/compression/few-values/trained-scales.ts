const beta1 = 0.9;
const beta2 = 0.999;

/**
 * Scales of one kernel that are trained beside it: a few positive numbers. Steps are Adam's (Kingma and Ba, 2015) on their logarithms:
 * they stay positive, and a step of `rate` changes each by about that share.
 */
export class TrainedScales {
  /** The scales, then their momenta, their velocities and the number of steps. */
  readonly #state: Float32Array;
  readonly #count: number;

  private constructor(state: Float32Array) {
    this.#state = state;
    this.#count = (state.length - 1) / 3;
  }

  static from(scales: readonly number[]): TrainedScales {
    const state = new Float32Array(3 * scales.length + 1);
    state.set(scales);
    return new TrainedScales(state);
  }

  /** @param saved what `save` gave */
  static load(saved: Float32Array): TrainedScales {
    return new TrainedScales(saved.slice());
  }

  save(): Float32Array {
    return this.#state.slice();
  }

  get values(): readonly number[] {
    return Array.from(this.#state.subarray(0, this.#count));
  }

  /** One step down the gradients of the loss by the scales. */
  step(gradients: readonly number[], rate: number): void {
    const state = this.#state;
    const count = this.#count;
    const steps = ++state[3 * count];
    gradients.forEach((gradient, i) => {
      const slope = gradient * state[i];
      const momentum = beta1 * state[count + i] + (1 - beta1) * slope;
      const velocity = beta2 * state[2 * count + i] + (1 - beta2) * slope * slope;
      state[count + i] = momentum;
      state[2 * count + i] = velocity;
      const direction = momentum / (1 - beta1 ** steps) / (Math.sqrt(velocity / (1 - beta2 ** steps)) + 1e-12);
      state[i] *= Math.exp(-rate * direction);
    });
  }
}
