import type { Model, Prediction, RawSample } from 'dl-project/inference';

/** A request that waits for its predictions. */
interface Waiting {
  readonly samples: readonly RawSample[];
  readonly resolve: (predictions: Prediction[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** Samples that are predicted together, but for a request of more. */
const batchSize = 64;

/**
 * Predicts for many requests: what comes in while one batch is computed is the next batch. So nobody waits for a batch to become full,
 * and between two of them the server looks after its connections.
 */
export class PredictionQueue {
  readonly #model: Model;
  readonly #mostWaiting: number;
  readonly #waiting: Waiting[] = [];

  constructor(model: Model, mostWaiting: number) {
    this.#model = model;
    this.#mostWaiting = mostWaiting;
  }

  /** Requests that wait. */
  get length(): number {
    return this.#waiting.length;
  }

  get isFull(): boolean {
    return this.length >= this.#mostWaiting;
  }

  /** @throws DlError for a sample that does not fit the model */
  predict(samples: readonly RawSample[]): Promise<Prediction[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ samples, resolve, reject });
      if (this.length === 1) setImmediate(() => this.#predictBatch());
    });
  }

  #predictBatch(): void {
    const batch = this.#takeBatch();
    try {
      const predictions = this.#model.predictSync(batch.flatMap(({ samples }) => samples));
      for (const { samples, resolve } of batch) resolve(predictions.splice(0, samples.length));
    } catch {
      // A sample that does not fit concerns nobody but who sent it.
      for (const one of batch) this.#predictAlone(one);
    }
    if (this.length > 0) setImmediate(() => this.#predictBatch());
  }

  #predictAlone({ samples, resolve, reject }: Waiting): void {
    try {
      resolve(this.#model.predictSync(samples));
    } catch (reason) {
      reject(reason);
    }
  }

  #takeBatch(): Waiting[] {
    let [count, samples] = [0, 0];
    do samples += this.#waiting[count++].samples.length;
    while (count < this.length && samples + this.#waiting[count].samples.length <= batchSize);
    return this.#waiting.splice(0, count);
  }
}
