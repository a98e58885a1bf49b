import type { LayerConfig } from '../layer-config.ts';
import type { StepInput } from '../step.ts';
import { type Step, sizeOf } from '../step.ts';
import { productStep } from './product-step.ts';

/** Every unit reads all values of the last axis. */
export function dense(layer: LayerConfig, { shape, range, isSigns }: StepInput): Step {
  const k = shape[shape.length - 1];
  const n = layer.count('units');
  return productStep(layer, [...shape.slice(0, -1), n], {
    kind: 'dense',
    rows: sizeOf(shape) / k,
    k,
    n,
    weights: layer.weight('kernel', [k, n]),
    bias: layer.optionalWeight('bias', [n], 0),
    quantization: layer.quantization('kernel', n),
    inputRange: range,
    readsSigns: isSigns,
  });
}
