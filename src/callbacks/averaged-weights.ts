import { add, dispose, keep, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

interface SavedAverage {
  readonly count: number;
  /** By weight name. */
  readonly average: Readonly<Record<string, Float32Array>>;
  readonly trained: Readonly<Record<string, Float32Array>>;
}

/**
 * An average of a model's weights over the steps, kept beside it and put in its place while an epoch is judged and saved.
 * All weights are averaged, BatchNorm's moving statistics too, so that no pass over the data is needed afterwards.
 */
export class AveragedWeights {
  readonly #average = new Map<string, Tensor>();
  /** The weights that are trained, while the average is in the model. */
  readonly #trained = new Map<string, Tensor>();
  #count = 0;
  #saved: SavedAverage | undefined;

  /** How many times the weights were taken in. */
  get count(): number {
    return this.#count;
  }

  /** Takes the weights of now into the average with this share; the first ones whole. */
  update(model: LayersModel, share: number): void {
    this.#upload(model);
    const first = this.#count++ === 0;
    for (const weight of model.weights) {
      const before = this.#average.get(weight.originalName);
      // An optimizer may change weights in place: the average needs memory of its own.
      const next = tidy(() => keep(first || !before ? mul(weight.read(), 1) : add(mul(before, 1 - share), mul(weight.read(), share))));
      this.#average.set(weight.originalName, next);
      before?.dispose();
    }
  }

  /** Puts the average into the model; the trained weights are kept. Nothing happens before the first update. */
  swapIn(model: LayersModel): void {
    this.#upload(model);
    if (this.#count === 0 || this.#trained.size > 0) return;
    for (const weight of model.weights) {
      this.#trained.set(weight.originalName, tidy(() => keep(mul(weight.read(), 1)))); // biome-ignore format: one line
    }
    write(model, this.#average);
  }

  /** Puts the trained weights back, where the average is in the model. */
  swapOut(model: LayersModel): void {
    this.#upload(model);
    if (this.#trained.size === 0) return;
    write(model, this.#trained);
    dispose([...this.#trained.values()]);
    this.#trained.clear();
  }

  stateDict(): SavedAverage {
    return this.#saved ?? { count: this.#count, average: download(this.#average), trained: download(this.#trained) };
  }

  loadStateDict(state: unknown): void {
    this.#saved = state as SavedAverage;
  }

  dispose(): void {
    for (const tensors of [this.#average, this.#trained]) {
      dispose([...tensors.values()]);
      tensors.clear();
    }
    this.#count = 0;
  }

  /** What was loaded becomes tensors when the model is there to say their shapes. */
  #upload(model: LayersModel): void {
    const saved = this.#saved;
    if (!saved) return;
    this.#saved = undefined;
    this.#count = saved.count;
    for (const { originalName: name, shape } of model.weights) {
      if (saved.average[name]) this.#average.set(name, keep(tensor(saved.average[name], shape as number[])));
      if (saved.trained[name]) this.#trained.set(name, keep(tensor(saved.trained[name], shape as number[])));
    }
  }
}

function write(model: LayersModel, tensors: ReadonlyMap<string, Tensor>): void {
  tidy(() => {
    for (const weight of model.weights) {
      const value = tensors.get(weight.originalName);
      if (value) weight.write(mul(value, 1));
    }
  });
}

function download(tensors: ReadonlyMap<string, Tensor>): Record<string, Float32Array> {
  return Object.fromEntries(Array.from(tensors, ([name, value]) => [name, (value.dataSync() as Float32Array).slice()]));
}
