import { copyStep } from '../copy-step.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { Step } from '../step.ts';

/** `UpSampling2D`: every pixel several times. */
export function upSampling(layer: LayerConfig, inputShape: readonly number[]): Step {
  const [height, width, channels] = layer.image(inputShape);
  const [down, across] = layer.pair('size', [2, 2]);
  const how = layer.setting('interpolation') ?? 'nearest';
  if (how !== 'nearest') throw layer.unsupported(`enlarges by ${JSON.stringify(how)}, not by repeating pixels`);
  const row = width * across * channels;
  return copyStep('upSampling2d', layer, {
    inputShape,
    outputShape: [height * down, width * across, channels],
    axes: [
      { length: height, from: width * channels, to: down * row },
      { length: down, from: 0, to: row },
      { length: width, from: channels, to: across * channels },
      { length: across, from: 0, to: channels },
      { length: channels, from: 1, to: 1 },
    ],
  });
}

/** `RepeatVector`: `[columns]` becomes `[times, columns]`. */
export function repeatVector(layer: LayerConfig, inputShape: readonly number[]): Step {
  if (inputShape.length !== 1) throw layer.damaged(`it repeats rows, it gets [${inputShape}]`);
  const [columns] = inputShape;
  const length = layer.count('n');
  const axes = [
    { length, from: 0, to: columns },
    { length: columns, from: 1, to: 1 },
  ];
  return copyStep('repeatVector', layer, { inputShape, outputShape: [length, columns], axes });
}
