import { DlError } from '../../core/errors.ts';
import type { KernelChoices } from '../choose-kernel.ts';
import { type StartedWorker, startWorker } from './start-worker.ts';
import type { WorkerAnswer } from './worker-messages.ts';

interface Waiting {
  readonly worker: PooledWorker;
  resolve(outputs: Float32Array): void;
  reject(error: Error): void;
}

interface PooledWorker {
  readonly started: StartedWorker;
  /** Requests that it has not answered. */
  open: number;
}

/**
 * Workers that each have the model in a memory of their own: nothing is shared, so that a page needs no cross-origin isolation. They keep
 * the process alive only while an answer is awaited.
 */
export class ModelWorkers {
  readonly count: number;
  readonly #workers: PooledWorker[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  #lost: Error | undefined;

  private constructor(count: number) {
    this.count = count;
  }

  /** @throws DlError `missing` where workers cannot be started */
  static async start(count: number, bytes: Uint8Array, choices: KernelChoices): Promise<ModelWorkers> {
    const workers = new ModelWorkers(count);
    await Promise.all(Array.from({ length: count }, () => workers.#start(bytes, choices)));
    // Not before all are ready: a script that has nothing else to do would end while it waits for the others.
    for (const { started } of workers.#workers) started.keepAlive(false);
    return workers;
  }

  /** The model's outputs for preprocessed inputs, by the worker that has least to do. The inputs are handed over: they are gone afterwards. */
  compute(inputs: Float32Array): Promise<Float32Array> {
    if (this.#lost) return Promise.reject(this.#lost);
    const worker = this.#workers.reduce((best, one) => (one.open < best.open ? one : best));
    const id = this.#requests++;
    worker.open++;
    worker.started.keepAlive(true);
    worker.started.send({ id, inputs }, [inputs.buffer as ArrayBuffer]);
    return new Promise((resolve, reject) => this.#waiting.set(id, { worker, resolve, reject }));
  }

  /** Ends the workers; answers that are still awaited fail. */
  close(): void {
    this.#lose(new DlError('usage', 'The workers of this model were closed.'));
  }

  #start(bytes: Uint8Array, choices: KernelChoices): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (cause: Error) => {
        const error = new DlError('missing', `A worker of the model ended: ${cause.message}. Load it without workers.`, { cause });
        reject(error);
        this.#lose(error);
      };
      const receive = (answer: WorkerAnswer) => {
        if ('ready' in answer) resolve();
        else if ('failed' in answer) end(new Error(answer.failed));
        else this.#receive(answer);
      };
      const started = startWorker(receive, end);
      this.#workers.push({ started, open: 0 });
      started.send({ bytes, choices });
    });
  }

  #receive(answer: Extract<WorkerAnswer, { id: number }>): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    const { worker } = waiting;
    worker.open--;
    if (worker.open === 0) worker.started.keepAlive(false);
    if ('error' in answer) waiting.reject(new Error(answer.error));
    else waiting.resolve(answer.outputs);
  }

  #lose(error: Error): void {
    if (this.#lost) return;
    this.#lost = error;
    for (const { started } of this.#workers) started.stop();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
