import { activate } from '../activation.ts';
import { type BatchKind, cheapestKernel } from '../choose-kernel.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { Product } from '../product.ts';
import type { RunProduct } from '../product-kernel.ts';
import { type Step, sizeOf } from '../step.ts';
import { foldInto } from './fold-into.ts';

/** Of a product before anything is merged into it. */
type Unmerged = Omit<Product, 'activation' | 'quantization'> & Pick<Product, 'quantization'>;

/** A step whose work is a product: whichever kernel is chosen computes it, and the activations that no kernel has come behind. */
export function productStep(layer: LayerConfig, outputShape: readonly number[], unmerged: Unmerged): Step {
  const { rows, k, n } = unmerged;
  let { weights, bias, quantization } = unmerged;
  const step: Step = {
    kind: unmerged.kind,
    layers: [layer.name],
    outputShape,
    multiplyAdds: rows * k * n,
    activation: layer.activation(),
    fold(scale, shift) {
      // Copies: what was read from the file is nobody's to change.
      [weights, bias] = [weights.slice(), bias.slice()];
      foldInto(weights, bias, scale, shift);
      quantization &&= { ...quantization, scales: quantization.scales.map((value, channel) => value * scale[channel]) };
    },
    product: () => ({ ...unmerged, weights, bias, quantization, activation: step.activation?.kernel ?? 'linear' }),
    compile(kernels, choices) {
      const product = (step.product as () => Product)();
      const compiled = new Map<string, RunProduct>();
      const runs: Partial<Record<BatchKind, RunProduct>> = {};
      const runOf = (kind: BatchKind): RunProduct => {
        const { kernel } = choices?.[kind] ?? cheapestKernel(product, kind, kernels.flavour);
        const run = compiled.get(kernel.name) ?? kernel.compile(product, kernels);
        compiled.set(kernel.name, run);
        return run;
      };
      const { activation } = step;
      return ([input], output, batch) => {
        const kind = batch < 8 ? 'single' : 'many';
        runs[kind] ??= runOf(kind);
        runs[kind](input, output, batch);
        if (activation && !activation.kernel) activate(kernels, activation, output, output, (batch * sizeOf(outputShape)) / n, n);
      };
    },
  };
  return step;
}
