import type { LayersModel } from '@tensorflow/tfjs-layers';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { type QuantizeOptions, quantize } from '../../../src/compression/quantize.ts';
import type { Technique } from '../../../src/compression/technique.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Features } from '../../../src/data/features.ts';
import type { ModelFile } from '../../../src/packed/model-file.ts';
import { storedForms } from '../../../src/packed/stored-forms.ts';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';
import { randomInputs } from './nets.ts';

/** A quantized model: as tfjs simulates it, rounding where an integer engine would, and as packed file. The caller disposes the model. */
export async function quantizedNet(
  model: LayersModel,
  features: Features,
  options: QuantizeOptions = {},
): Promise<{ simulated: LayersModel; packed: Uint8Array }> {
  const technique = quantize(options);
  let file: ModelFile | undefined;
  const spied: Technique = {
    ...technique,
    encode(state, one) {
      file = technique.encode?.(state as never, one) ?? one;
      return file;
    },
  };
  const train = new DataLoader(noise(features, 64), { batchSize: 32 });
  const result = await compressModel({ model, features }, spied, {
    data: { train },
    loss: 'sparseCategoricalCrossentropy',
    optimizer: 'sgd',
  });
  return { simulated: result.model, packed: writeModelFile(file as ModelFile, storedForms) };
}

function noise(features: Features, length: number) {
  const inputs = randomInputs(features, length);
  const size = inputs.length / length;
  return {
    length,
    features,
    get: (indices: ArrayLike<number>) => ({
      size: indices.length,
      inputs: Float32Array.from({ length: indices.length * size }, (_, i) => inputs[indices[Math.floor(i / size)] * size + (i % size)]),
      targets: Int32Array.from({ length: indices.length }, (_, i) => indices[i] % features.outputs),
    }),
  };
}
