import { svd } from '../../core/linear-algebra/svd.ts';
import { type FactorableLayer, type Factorization, kernelShape, lastPart, linearPart } from './factor-layer.ts';
import { unfold } from './tensors.ts';

/**
 * A convolution as a column and a row: `height`x1 leads to `rank` channels, 1x`width` from there on
 * (Jaderberg, Vedaldi and Zisserman, "Speeding up convolutional neural networks with low rank expansions", 2014).
 */
export const spatialFactorization: Factorization = {
  name: 'spatial',
  refusal(layer) {
    const [height, width] = kernelShape(layer);
    return height < 2 || width < 2 ? `its kernel is ${height}x${width}; spatial is for convolutions of at least 2x2` : undefined;
  },
  fullRanks(layer) {
    const [height, width, input, output] = kernelShape(layer);
    return [Math.min(height * input, width * output)];
  },
  spectra(layer) {
    const { rows, columns } = columnsByRows(layer);
    return [{ energies: svd(columnsByRows(layer)).singularValues.map((value) => value * value), shape: [rows, columns] }];
  },
  multiplyAccumulates(layer, [rank]) {
    const [height, width, input, output] = kernelShape(layer);
    const [rows, columns] = layer.outputSize;
    return rows * layer.inputSize[1] * height * input * rank + rows * columns * width * rank * output;
  },
  factor(layer, [rank], name) {
    const [height, width, input, output] = kernelShape(layer);
    const { singularValues, left, right } = svd(columnsByRows(layer));
    const column = new Float32Array(height * input * rank);
    const row = new Float32Array(width * rank * output);
    for (let k = 0; k < rank; k++) {
      const root = Math.sqrt(singularValues[k]);
      for (let i = 0; i < height * input; i++) column[i * rank + k] = root * left.values[k * height * input + i];
      for (let x = 0; x < width; x++) {
        for (let o = 0; o < output; o++) row[(x * rank + k) * output + o] = root * right.values[(k * width + x) * output + o];
      }
    }
    const { config } = layer.topology;
    const [strideY, strideX] = pairOf(config.strides);
    const [dilationY, dilationX] = pairOf(config.dilation_rate);
    const columnName = name('column');
    return {
      layers: [
        linearPart(layer, columnName, { filters: rank, kernel_size: [height, 1], strides: [strideY, 1], dilation_rate: [dilationY, 1] }),
        lastPart(layer, { kernel_size: [1, width], strides: [1, strideX], dilation_rate: [1, dilationX] }),
      ],
      kernels: new Map([
        [columnName, { shape: [height, 1, input, rank], values: column }],
        [config.name, { shape: [1, width, rank, output], values: row }],
      ]),
    };
  },
};

/** `[height * in, width * out]` */
function columnsByRows(layer: FactorableLayer) {
  return unfold(layer.kernel.values, kernelShape(layer), [0, 2]);
}

/** Keras' two numbers, of which one may stand for both. */
function pairOf(value: unknown): readonly [number, number] {
  const [y, x = y] = Array.isArray(value) ? value : [value ?? 1];
  return [y, x];
}
