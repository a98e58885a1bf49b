import { type Matrix, matrix } from '../../core/linear-algebra/matrix.ts';
import { svd } from '../../core/linear-algebra/svd.ts';
import { type FactorableLayer, type Factorization, kernelShape, lastPart, linearPart } from './factor-layer.ts';

/**
 * A dense layer or 1x1 convolution as two: one leads `in` channels to `rank`, the other these to `out`
 * (Denton et al., "Exploiting linear structure within convolutional networks", 2014). The best product of that rank.
 */
export const svdFactorization: Factorization = {
  name: 'svd',
  refusal(layer) {
    const [height, width] = kernelShape(layer);
    return height * width > 1 ? `its kernel is ${height}x${width}; svd is for dense layers and 1x1 convolutions` : undefined;
  },
  fullRanks(layer) {
    const [, , input, output] = kernelShape(layer);
    return [Math.min(input, output)];
  },
  spectra(layer) {
    const kernel = kernelMatrix(layer);
    return [{ energies: svd(kernel).singularValues.map((value) => value * value), shape: [kernel.rows, kernel.columns] }];
  },
  multiplyAccumulates(layer, [rank]) {
    const [, , input, output] = kernelShape(layer);
    return layer.outputSize[0] * layer.outputSize[1] * rank * (input + output);
  },
  factor(layer, [rank], name) {
    const { rows, columns } = kernelMatrix(layer);
    const { singularValues, left, right } = svd(kernelMatrix(layer));
    const first = new Float32Array(rows * rank);
    const second = new Float32Array(rank * columns);
    for (let k = 0; k < rank; k++) {
      const root = Math.sqrt(singularValues[k]);
      for (let i = 0; i < rows; i++) first[i * rank + k] = root * left.values[k * rows + i];
      for (let j = 0; j < columns; j++) second[k * columns + j] = root * right.values[k * columns + j];
    }
    const isDense = layer.kernel.shape.length === 2;
    const ones = isDense ? [] : [1, 1];
    const reduce = name('reduce');
    return {
      layers: [
        linearPart(layer, reduce, isDense ? { units: rank } : { filters: rank }),
        lastPart(layer, isDense ? {} : { strides: [1, 1], padding: 'valid' }),
      ],
      kernels: new Map([
        [reduce, { shape: [...ones, rows, rank], values: first }],
        [layer.topology.config.name, { shape: [...ones, rank, columns], values: second }],
      ]),
    };
  },
};

function kernelMatrix(layer: FactorableLayer): Matrix {
  const [, , input, output] = kernelShape(layer);
  return matrix(input, output, Float64Array.from(layer.kernel.values));
}
