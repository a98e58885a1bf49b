import { nodeThreads } from './node-threads.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts';

/** A worker, the same in a browser and in Node. */
export interface StartedWorker {
  send(request: WorkerRequest, transfer?: ArrayBuffer[]): void;
  /** Whether it keeps the process alive; a browser has no use for it. */
  keepAlive(whether: boolean): void;
  stop(): void;
}

/** @param onAnswer told of every message  @param onEnd told why the worker is gone */
export function startWorker(onAnswer: (answer: WorkerAnswer) => void, onEnd: (cause: Error) => void): StartedWorker {
  const threads = nodeThreads();
  if (threads) {
    const worker = new threads.Worker(nodeProgram(), { execArgv: [] });
    worker.on('message', onAnswer);
    worker.on('error', onEnd);
    worker.on('exit', () => onEnd(new Error('a worker has ended')));
    return {
      send: (request, transfer) => worker.postMessage(request, transfer),
      keepAlive: (whether) => (whether ? worker.ref() : worker.unref()),
      stop: () => void worker.terminate(),
    };
  }
  // Spelled out here, as bundlers look for it.
  const worker = new Worker(new URL('./model-worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => onAnswer(data);
  worker.onerror = ({ message }) => onEnd(new Error(message || 'a worker could not be started'));
  return {
    send: (request, transfer = []) => worker.postMessage(request, transfer),
    keepAlive() {},
    stop: () => worker.terminate(),
  };
}

/** The thread's program. In a checkout of this library it is TypeScript, which tsx reads. */
function nodeProgram(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./model-worker.js', import.meta.url);
  const entry = new URL('./model-worker.ts', import.meta.url);
  const tsx = import.meta.resolve('tsx/esm/api');
  const program = `import { register } from '${tsx}'; register(); await import('${entry.href}');`;
  return new URL(`data:text/javascript,${encodeURIComponent(program)}`);
}
