import { DlError } from '../core/errors.ts';
import type { BatchReader } from './batch-reader.ts';
import type { Batch, Dataset } from './dataset.ts';

/**
 * The batches of one epoch of a stream, in its own order, `dataset.length` samples of it.
 * @throws DlError `data` for a sample of another size, or a stream that ends before its length
 */
export async function* streamBatches(dataset: Dataset, batchSize: number, epoch: number, reader: BatchReader): AsyncGenerator<Batch> {
  const { length, features } = dataset;
  const values = features.inputShape.reduce((a, b) => a * b, 1);
  const isClasses = features.task === 'classification';
  const outputs = isClasses ? 1 : features.outputs;
  let position = 0;
  let size = 0;
  let inputs = new Float32Array(batchSize * values);
  let targets = isClasses ? new Int32Array(batchSize) : new Float32Array(batchSize * outputs);
  const cut = () => {
    const indices = Uint32Array.from({ length: size }, (_, i) => position - size + i);
    const batch = { size, inputs: inputs.slice(0, size * values), targets: targets.slice(0, size * outputs) };
    inputs = new Float32Array(batchSize * values);
    targets = isClasses ? new Int32Array(batchSize) : new Float32Array(batchSize * outputs);
    size = 0;
    return reader.finish(batch, indices, epoch);
  };
  for await (const { input, target } of dataset.stream?.(epoch) ?? []) {
    const numbers = typeof target === 'number' ? [target] : target;
    if (input.length !== values || numbers.length !== outputs) {
      const came = `${input.length} inputs and ${numbers.length} targets`;
      throw new DlError('data', `Sample ${position} of the stream has ${came}; it must have ${values} and ${outputs}.`);
    }
    if (isClasses && !(Number.isInteger(numbers[0]) && numbers[0] >= 0 && numbers[0] < features.outputs)) {
      throw new DlError('data', `Sample ${position} of the stream has the class ${numbers[0]}; it must be 0 ... ${features.outputs - 1}.`);
    }
    inputs.set(input, size * values);
    targets.set(numbers, size * outputs);
    position++;
    if (++size === batchSize) yield cut();
    if (position === length) break;
  }
  if (position < length) throw new DlError('data', `The stream ended after ${position} samples; its length says ${length}.`);
  if (size > 0) yield cut();
}
