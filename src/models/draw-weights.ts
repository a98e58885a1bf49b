import { DlError } from '../core/errors.ts';
import type { RandomStream } from '../core/random.ts';
import { orthogonal } from '../layers/orthogonal.ts';

/** An initializer as a layer's config has it. glorot, he and lecun are `VarianceScaling` there. */
export interface InitializerConfig {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Initial values for a weight of this shape, after Keras' rules.
 * @param where the weight's name, for the error
 * @throws DlError `refused` for an initializer that is not listed here
 */
export function drawWeights(
  { className, config }: InitializerConfig,
  shape: readonly number[],
  random: RandomStream,
  where: string,
): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const draw = (next: () => number) => {
    for (let i = 0; i < values.length; i++) values[i] = next();
    return values;
  };
  const number = (key: string) => config[key] as number;
  switch (className) {
    case 'Zeros':
      return values;
    case 'Ones':
      return values.fill(1);
    case 'Constant':
      return values.fill(number('value'));
    case 'RandomUniform':
      return draw(() => random.uniform(number('minval'), number('maxval')));
    case 'RandomNormal':
      return draw(() => random.normal(number('mean'), number('stddev')));
    case 'TruncatedNormal':
      return draw(() => number('mean') + number('stddev') * truncatedNormal(random));
    case 'VarianceScaling': {
      const variance = number('scale') / Math.max(1, fan(shape, config.mode as FanMode));
      if (config.distribution === 'uniform') {
        const limit = Math.sqrt(3 * variance);
        return draw(() => random.uniform(-limit, limit));
      }
      const deviation = Math.sqrt(variance) / DEVIATION_WITHIN_TWO;
      return draw(() => deviation * truncatedNormal(random));
    }
    case 'Orthogonal':
      return orthogonal(shape, number('gain'), random);
    case 'Identity':
      for (let i = 0; i < Math.min(...shape); i++) values[i * shape[1] + i] = number('gain');
      return values;
    default:
      throw new DlError(
        'refused',
        `The initializer ${className} of ${where} cannot be drawn from a seed. Known: zeros, ones, constant, randomUniform, randomNormal, ` +
          'truncatedNormal, glorotUniform, glorotNormal, heUniform, heNormal, leCunUniform, leCunNormal, varianceScaling, orthogonal, identity.',
      );
  }
}

/** Deviation of a standard normal distribution cut off at -2 and 2: dividing by it gives the cut one the wanted variance. */
const DEVIATION_WITHIN_TWO = 0.8796256610342398;

/** A normal number, drawn again where it is further than 2 deviations out. */
function truncatedNormal(random: RandomStream): number {
  let value = random.normal();
  while (Math.abs(value) > 2) value = random.normal();
  return value;
}

type FanMode = 'fanIn' | 'fanOut' | 'fanAvg';

/** Inputs (or outputs, or their mean) that one unit is connected to. */
function fan(shape: readonly number[], mode: FanMode): number {
  const size = shape.reduce((product, length) => product * length, 1);
  if (shape.length < 2) return Math.sqrt(size);
  const fanIn = size / shape[shape.length - 1];
  const fanOut = size / shape[shape.length - 2];
  if (mode === 'fanIn') return fanIn;
  return mode === 'fanOut' ? fanOut : (fanIn + fanOut) / 2;
}
