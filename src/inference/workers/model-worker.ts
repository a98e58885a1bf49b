// A worker that computes: loads the model once, then answers each request. Started by ModelWorkers, in a browser or in Node.
import { loadModel } from '../load-model.ts';
import type { Model } from '../model.ts';
import { nodeThreads } from './node-threads.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts';

const port = nodeThreads()?.parentPort;
let model: Model;

async function answer(request: WorkerRequest): Promise<void> {
  if ('bytes' in request) {
    try {
      model = await loadModel(request.bytes, { autotune: request.choices });
      send({ ready: true });
    } catch (error) {
      // A browser tells nobody of a worker's promise that fails.
      send({ failed: (error as Error).message });
    }
    return;
  }
  const { id, inputs } = request;
  try {
    const outputs = model.compute(inputs);
    send({ id, outputs }, [outputs.buffer as ArrayBuffer]);
  } catch (error) {
    send({ id, error: (error as Error).message });
  }
}

function send(message: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
  if (port) port.postMessage(message, transfer);
  else (globalThis as unknown as Worker).postMessage(message, transfer);
}

if (port) port.on('message', answer);
else globalThis.onmessage = ({ data }) => answer(data);
