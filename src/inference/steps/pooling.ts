import { poolSizes } from '../../kernels/export-arguments.ts';
import { windowShape } from '../../kernels/window-shape.ts';
import type { LayerConfig } from '../layer-config.ts';
import { perBatch } from '../per-batch.ts';
import type { Step } from '../step.ts';

/** The largest value, or the mean, of each window and channel. */
export function pooling(kind: 'max' | 'average', layer: LayerConfig, inputShape: readonly number[]): Step {
  const image = layer.image(inputShape);
  const size = layer.pair('pool_size', [2, 2]);
  const options = { filter: size, strides: layer.pair('strides', size), padding: layer.padding() };
  return poolingStep(`${kind}Pooling2d`, layer, image, options);
}

/** The same over the whole image: `[height, width, channels]` becomes `[channels]`. */
export function globalPooling(kind: 'max' | 'average', layer: LayerConfig, inputShape: readonly number[]): Step {
  const image = layer.image(inputShape);
  const name = kind === 'max' ? 'globalMaxPooling2d' : 'globalAveragePooling2d';
  return { ...poolingStep(name, layer, image, { filter: [image[0], image[1]], padding: 'valid' }), outputShape: [image[2]] };
}

type Windows = Pick<Parameters<typeof windowShape>[0], 'filter' | 'strides' | 'padding'>;

function poolingStep(kind: string, layer: LayerConfig, image: readonly [number, number, number], options: Windows): Step {
  const windows = (batch: number) => windowShape({ input: [batch, ...image], ...options });
  const { outHeight, outWidth, outChannels } = windows(1);
  return {
    kind,
    layers: [layer.name],
    outputShape: [outHeight, outWidth, outChannels],
    multiplyAdds: 0,
    compile({ exports }) {
      const pool = /max/i.test(kind) ? exports.maxPool : exports.averagePool;
      const sized = perBatch((batch) => pool.bind(undefined, ...poolSizes(windows(batch))));
      return ([input], output, batch) => sized(batch)(input, output);
    },
  };
}
