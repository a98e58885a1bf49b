// A thread that reads batches: opens the dataset once, then answers each request. Started by BatchWorkers.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { DlError } from '../../core/errors.ts';
import { BatchReader } from '../batch-reader.ts';
import type { Batch, Dataset } from '../dataset.ts';
import { tsxAddress } from './tsx-address.ts';
import type { BatchAnswer, BatchRequest, WorkerSetup } from './worker-messages.ts';

const { opener, reading } = workerData as WorkerSetup;
if (/\.[mc]?ts$/.test(opener.module)) await registerTsx(opener.module);
const { openDataset } = (await import(opener.module)) as { openDataset(options: unknown): Dataset | Promise<Dataset> };
const dataset = await openDataset(opener.options);
const reader = new BatchReader(dataset, reading);
const port = parentPort as MessagePort;
let told = 0;

port.on('message', async ({ id, indices, epoch }: BatchRequest) => {
  try {
    const batch = await reader.read(indices, epoch);
    const skipped = (dataset.skipped ?? []).slice(told);
    told += skipped.length;
    answer({ id, batch, skipped }, buffersOf(batch));
  } catch (error) {
    const { message, stack } = error as Error;
    answer({ id, error: { message, stack, code: error instanceof DlError ? error.code : undefined } }, []);
  }
});

function answer(message: BatchAnswer, transfer: ArrayBuffer[]): void {
  port.postMessage(message, transfer);
}

/** They are handed over, not copied. */
function buffersOf({ inputs, targets, softTargets, weights, indices }: Batch): ArrayBuffer[] {
  const arrays = [inputs, targets, softTargets, weights, indices].filter((array) => array !== undefined);
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
}

/** For a project's own dataset; where tsx is not installed, Node itself has to read TypeScript. */
async function registerTsx(module: string): Promise<void> {
  try {
    const { register } = await import(tsxAddress(module));
    register();
  } catch {
    // the import of the module says what is wrong
  }
}
