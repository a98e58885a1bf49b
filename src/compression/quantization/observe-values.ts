import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type LayersModel, type SymbolicTensor, model as tfModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../../core/errors.ts';
import type { DataLoader } from '../../data/data-loader.ts';

/** The first samples of the training data, as batches of `[size, ...inputShape]`. */
export async function calibrationBatches(train: DataLoader, samples: number): Promise<CalibrationBatch[]> {
  const { inputShape } = train.features;
  const size = inputShape.reduce((product, length) => product * length, 1);
  const batches: CalibrationBatch[] = [];
  let left = samples;
  for await (const batch of train.epoch(0)) {
    const count = Math.min(left, batch.size);
    batches.push({ inputs: batch.inputs.slice(0, count * size), shape: [count, ...inputShape] });
    left -= count;
    if (left === 0) break;
  }
  return batches;
}

export interface CalibrationBatch {
  readonly inputs: Float32Array;
  readonly shape: readonly number[];
}

/**
 * Runs samples through a model and shows what some of its layers give.
 * @param layers by name; the model's input too
 * @param visit gets `[batch, ...outputShape]`, row after row; channels are the last axis
 * @throws DlError `data` where a sample, or what a layer makes of it, is not a finite number
 */
export function observeValues(
  model: LayersModel,
  layers: readonly string[],
  batches: readonly CalibrationBatch[],
  visit: (layer: string, values: Float32Array, channels: number) => void,
): void {
  const outputs = layers.map((name) => outputOf(model, name));
  const probe = tfModel({ inputs: model.inputs, outputs });
  let before = 0;
  for (const { inputs, shape } of batches) {
    requireFinite('the calibration data', inputs, shape[0], before);
    tidy(() => {
      const results = [probe.predictOnBatch(tensor(inputs, [...shape]))].flat() as Tensor[];
      results.forEach((result, i) => {
        const values = result.dataSync() as Float32Array;
        requireFinite(`layer ${layers[i]}`, values, shape[0], before);
        visit(layers[i], values, result.shape[result.shape.length - 1]);
      });
    });
    before += shape[0];
  }
}

function outputOf(model: LayersModel, name: string): SymbolicTensor {
  const layer = model.layers.find((one) => one.name === name);
  return layer ? (layer.output as SymbolicTensor) : model.inputs[0];
}

function requireFinite(where: string, values: Float32Array, samples: number, before: number): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const sample = before + Math.floor(at / (values.length / samples));
  throw new DlError(
    'data',
    `quantize found ${values[at]} in ${where}, calibration sample ${sample} (counted from 0): no range can be taken from it. Repair the sample, or train again where the weights have diverged.`,
  );
}
