import { activate } from '../activation.ts';
import type { LayerConfig } from '../layer-config.ts';
import { place, type Step, sizeOf } from '../step.ts';
import { foldInto } from './fold-into.ts';

/** Every unit reads all values of the last axis. */
export function dense(layer: LayerConfig, inputShape: readonly number[]): Step {
  const k = inputShape[inputShape.length - 1];
  const n = layer.count('units');
  const rowsPerSample = sizeOf(inputShape) / k;
  const kernel = layer.weight('kernel', [k, n]).slice();
  const bias = layer.optionalWeight('bias', [n], 0).slice();
  const step: Step = {
    kind: 'dense',
    layers: [layer.name],
    outputShape: [...inputShape.slice(0, -1), n],
    multiplyAdds: rowsPerSample * k * n,
    activation: layer.activation(),
    fold: (scale, shift) => foldInto(kernel, bias, scale, shift),
    compile(kernels) {
      const { activation = layer.activation() } = step;
      // Not packed: a single row reads the matrix as it stands, and packing is cheap where there are many.
      const b = place(kernels, kernel);
      const biasAt = place(kernels, bias);
      return ([input], output, batch) => {
        const m = batch * rowsPerSample;
        kernels.gemm({ m, n, k, a: input, b, c: output, bias: biasAt, activation: activation.kernel });
        if (!activation.kernel) activate(kernels, activation, output, m, n);
      };
    },
  };
  return step;
}
