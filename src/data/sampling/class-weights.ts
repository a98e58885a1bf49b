import { DlError } from '../../core/errors.ts';
import type { Dataset } from '../dataset.ts';

/** The `data.classWeights` of config.ts: `balanced`, or how much a sample of each class counts, in the order of the classes. */
export type ClassWeights = 'none' | 'balanced' | readonly number[];

/**
 * How much a sample of each class counts, `[classes]`. `balanced` is scikit-learn's: samples / (classes * samples of the class),
 * so that all classes count alike together; a class without samples has weight 0.
 * @param positions the training samples  @returns undefined where all count alike
 * @throws DlError `config` for data without classes, or weights that do not fit them
 */
export function resolveClassWeights(
  weights: ClassWeights,
  { features, labels }: Dataset,
  positions: Uint32Array,
): Float32Array | undefined {
  if (weights === 'none') return undefined;
  const { outputs, outputNames } = features;
  if (features.task !== 'classification' || !labels) {
    throw new DlError('config', 'data.classWeights needs data whose classes are known; leave it out for numbers to predict.');
  }
  if (weights === 'balanced') {
    const counts = new Float64Array(outputs);
    for (const position of positions) counts[labels[position]]++;
    const present = counts.filter((count) => count > 0).length;
    return Float32Array.from(counts, (count) => (count > 0 ? positions.length / (present * count) : 0));
  }
  if (
    weights.length !== outputs ||
    weights.some((weight) => !(weight >= 0 && Number.isFinite(weight))) ||
    weights.every((weight) => weight === 0)
  ) {
    const order = outputs > 12 ? `${outputNames.slice(0, 12).join(', ')}, ...` : outputNames.join(', ');
    throw new DlError(
      'config',
      `data.classWeights must be ${outputs} numbers from 0, one for each of ${order}; it is [${weights.join(', ')}].`,
    );
  }
  return Float32Array.from(weights);
}
