import { firstRows, gram, type Matrix, multiply, transpose } from '../../core/linear-algebra/matrix.ts';
import { symmetricEigen } from '../../core/linear-algebra/symmetric-eigen.ts';
import { type FactorableLayer, type Factorization, kernelShape, lastPart, linearPart } from './factor-layer.ts';
import { permute, unfold } from './tensors.ts';

/** Passes that improve the two bases in turn; more change the fit by less than a thousandth. */
const sweeps = 4;

/**
 * A convolution as three: 1x1 to fewer channels, the convolution between these, and 1x1 to all channels again
 * (Kim et al., "Compression of deep convolutional neural networks for fast and low power mobile applications", 2016).
 * The two bases by higher-order orthogonal iteration (De Lathauwer, De Moor and Vandewalle, 2000).
 */
export const tucker2Factorization: Factorization = {
  name: 'tucker2',
  refusal(layer) {
    const [height, width] = kernelShape(layer);
    return height * width === 1 ? 'it is dense or a 1x1 convolution; tucker2 is for larger kernels, svd for these' : undefined;
  },
  fullRanks(layer) {
    const [height, width, input, output] = kernelShape(layer);
    return [Math.min(input, height * width * output), Math.min(output, height * width * input)];
  },
  spectra: (layer) =>
    [2, 3].map((axis) => {
      const unfolded = unfold(layer.kernel.values, kernelShape(layer), [axis]);
      const energies = symmetricEigen(gram(unfolded)).values.map((value) => Math.max(value, 0));
      return { energies, shape: [unfolded.rows, unfolded.columns] };
    }),
  multiplyAccumulates(layer, [inputRank, outputRank]) {
    const [height, width, input, output] = kernelShape(layer);
    const [before, after] = [layer.inputSize[0] * layer.inputSize[1], layer.outputSize[0] * layer.outputSize[1]];
    return before * input * inputRank + after * outputRank * (height * width * inputRank + output);
  },
  factor(layer, ranks, name) {
    const [height, width, input, output] = kernelShape(layer);
    const [inputRank, outputRank] = ranks;
    const { inputBasis, outputBasis } = bases(layer, ranks);
    // [height * width * in, out] * [out, outputRank], then the same for the inputs.
    const narrowed = multiply(unfold(layer.kernel.values, kernelShape(layer), [0, 1, 2]), transpose(outputBasis));
    const core = multiply(inputBasis, unfold(narrowed.values, [height, width, input, outputRank], [2]));
    const coreKernel = permute(core.values, [inputRank, height, width, outputRank], [1, 2, 0, 3]);
    const [reduce, middle] = [name('reduce'), name('core')];
    const { config } = layer.topology;
    const one = { kernel_size: [1, 1], strides: [1, 1], dilation_rate: [1, 1], padding: 'valid' };
    return {
      layers: [
        linearPart(layer, reduce, { filters: inputRank, ...one }),
        withoutInputShape(linearPart(layer, middle, { filters: outputRank })),
        lastPart(layer, one),
      ],
      kernels: new Map([
        [reduce, { shape: [1, 1, input, inputRank], values: Float32Array.from(transpose(inputBasis).values) }],
        [middle, { shape: [height, width, inputRank, outputRank], values: Float32Array.from(coreKernel) }],
        [config.name, { shape: [1, 1, outputRank, output], values: Float32Array.from(outputBasis.values) }],
      ]),
    };
  },
};

/** Orthonormal rows that span the most of the input and output channels together. */
function bases(layer: FactorableLayer, [inputRank, outputRank]: readonly number[]): { inputBasis: Matrix; outputBasis: Matrix } {
  const shape = kernelShape(layer);
  const [height, width, input] = shape;
  const leading = (unfolded: Matrix, rank: number) => firstRows(symmetricEigen(gram(unfolded)).vectors, rank);
  const byPosition = unfold(layer.kernel.values, shape, [0, 1, 2]);
  let outputBasis = leading(unfold(layer.kernel.values, shape, [3]), outputRank);
  let inputBasis = leading(unfold(layer.kernel.values, shape, [2]), inputRank);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const fewerOutputs = multiply(byPosition, transpose(outputBasis));
    inputBasis = leading(unfold(fewerOutputs.values, [height, width, input, outputRank], [2]), inputRank);
    const fewerInputs = multiply(inputBasis, unfold(layer.kernel.values, shape, [2]));
    outputBasis = leading(unfold(fewerInputs.values, [inputRank, height, width, shape[3]], [3]), outputRank);
  }
  return { inputBasis, outputBasis };
}

function withoutInputShape({ class_name, config }: FactorableLayer['topology']): FactorableLayer['topology'] {
  const { batch_input_shape: _, ...rest } = config;
  return { class_name, config: rest };
}
