import type { LayerConfig } from '../layer-config.ts';
import { type Step, sizeOf } from '../step.ts';

/** `UpSampling2D`: every pixel several times. */
export function upSampling(layer: LayerConfig, inputShape: readonly number[]): Step {
  const [height, width, channels] = layer.image(inputShape);
  const [down, across] = layer.pair('size', [2, 2]);
  const how = layer.setting('interpolation') ?? 'nearest';
  if (how !== 'nearest') throw layer.unsupported(`enlarges by ${JSON.stringify(how)}, not by repeating pixels`);
  const outputShape = [height * down, width * across, channels];
  return {
    kind: 'upSampling2d',
    layers: [layer.name],
    outputShape,
    multiplyAdds: 0,
    compile:
      (kernels) =>
      ([input], output, batch) => {
        const [from, to] = [kernels.floats(input, batch * sizeOf(inputShape)), kernels.floats(output, batch * sizeOf(outputShape))];
        const rowLength = width * across * channels;
        for (let row = 0; row < batch * height; row++) {
          const first = row * down * rowLength;
          for (let i = 0; i < rowLength; i++) {
            const column = Math.floor(i / (across * channels));
            to[first + i] = from[(row * width + column) * channels + (i % channels)];
          }
          for (let copy = 1; copy < down; copy++) to.copyWithin(first + copy * rowLength, first, first + rowLength);
        }
      },
  };
}
