import { Worker } from 'node:worker_threads';
import { DlError } from '../../core/errors.ts';
import type { Batch, SkippedSample } from '../dataset.ts';
import { tsxAddress } from './tsx-address.ts';
import type { BatchAnswer, BatchRequest, WorkerSetup } from './worker-messages.ts';

interface Waiting {
  readonly worker: Worker;
  resolve(batch: Batch): void;
  reject(error: Error): void;
}

/**
 * Threads that read batches. They keep the process alive only while an answer is awaited, and end when nobody asked for a while:
 * nothing has to be closed after an early stop or an error.
 */
export class BatchWorkers {
  readonly #setup: WorkerSetup;
  readonly #count: number;
  readonly #onSkipped: (samples: readonly SkippedSample[]) => void;
  readonly #waiting = new Map<number, Waiting>();
  #workers: Worker[] = [];
  #requests = 0;
  #idle: NodeJS.Timeout | undefined;

  /** @param count of threads, at least 1  @param onSkipped told of samples that were left out */
  constructor(count: number, setup: WorkerSetup, onSkipped: (samples: readonly SkippedSample[]) => void) {
    this.#count = count;
    this.#setup = setup;
    this.#onSkipped = onSkipped;
  }

  /** Batches that should be asked for ahead, so that no thread waits. */
  get depth(): number {
    return 2 * this.#count;
  }

  /** @throws what reading throws in the thread; an Error if the thread ends */
  read(indices: Uint32Array, epoch: number): Promise<Batch> {
    clearTimeout(this.#idle);
    if (this.#workers.length === 0) this.#workers = Array.from({ length: this.#count }, () => this.#start());
    const id = this.#requests++;
    const worker = this.#workers[id % this.#count];
    const answer = new Promise<Batch>((resolve, reject) => this.#waiting.set(id, { worker, resolve, reject }));
    worker.ref();
    worker.postMessage({ id, indices, epoch } satisfies BatchRequest);
    return answer;
  }

  /** Ends the threads; answers that are still awaited fail. The next `read` starts new ones. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const workers = this.#workers;
    this.#workers = [];
    for (const worker of workers) this.#fail(worker, new Error('The threads that read data were closed.'));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #start(): Worker {
    const worker = new Worker(workerProgram(), { workerData: this.#setup, execArgv: [] });
    worker.on('message', (answer: BatchAnswer) => this.#receive(answer));
    worker.on('error', (error) => this.#lose(worker, error));
    worker.on('exit', () => this.#lose(worker, new Error('A thread that reads data has ended.')));
    worker.unref();
    return worker;
  }

  #receive(answer: BatchAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    if (answer.error) waiting.reject(restoreError(answer.error));
    else {
      if (answer.skipped.length > 0) this.#onSkipped(answer.skipped);
      waiting.resolve(answer.batch);
    }
    if (![...this.#waiting.values()].some(({ worker }) => worker === waiting.worker)) waiting.worker.unref();
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), idleMilliseconds).unref();
  }

  #lose(worker: Worker, error: Error): void {
    if (!this.#workers.includes(worker)) return;
    this.#fail(worker, error);
    void this.close();
  }

  #fail(lost: Worker, error: Error): void {
    for (const [id, { worker, reject }] of this.#waiting) {
      if (worker !== lost) continue;
      this.#waiting.delete(id);
      reject(error);
    }
  }
}

const idleMilliseconds = 10_000;

/** The thread's program. In a checkout of this library it is TypeScript. */
function workerProgram(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = new URL(`./batch-worker.${isSource ? 'ts' : 'js'}`, import.meta.url);
  if (!isSource) return entry;
  const program = `import { register } from '${tsxAddress(import.meta.url)}'; register(); await import('${entry.href}');`;
  return new URL(`data:text/javascript,${encodeURIComponent(program)}`);
}

function restoreError({ message, stack, code }: NonNullable<BatchAnswer['error']>): Error {
  return code ? new DlError(code, message) : Object.assign(new Error(message), { stack });
}
