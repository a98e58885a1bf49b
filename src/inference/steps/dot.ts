import type { LayerConfig } from '../layer-config.ts';
import { type Step, sizeOf } from '../step.ts';

/** A product of two values of one sample: `[m, k]` times `[k, n]`, each of which may lie the other way round. */
export interface DotSizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Of each value: the axis along which is summed, from 0. */
  readonly axes: readonly [number, number];
  readonly outputShape: readonly number[];
}

/** @throws DlError `refused` for `normalize` and values of more than two axes, `file` for a damaged description */
export function dotSizes(layer: LayerConfig, shapes: readonly (readonly number[])[]): DotSizes {
  if (shapes.length !== 2) throw layer.damaged(`it multiplies ${shapes.length} values`);
  if (layer.flag('normalize')) throw layer.unsupported('divides by the length of what it multiplies (normalize)');
  const many = shapes.find((shape) => shape.length > 2);
  if (many) throw layer.unsupported(`multiplies values of more than two axes, [${many}]`);
  const setting = layer.setting('axes');
  const both = Array.isArray(setting) ? setting : [setting, setting];
  const axes = shapes.map((shape, i) => {
    const axis = both[i] < 0 ? both[i] + shape.length : both[i] - 1;
    if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) throw layer.damaged(`its axes are ${JSON.stringify(setting)}`);
    return axis;
  }) as [number, number];
  const k = shapes[0][axes[0]];
  if (both.length !== 2 || shapes[1][axes[1]] !== k) throw layer.damaged(`it multiplies [${shapes[0]}] and [${shapes[1]}] along [${both}]`);
  const kept = shapes.map((shape, i) => shape.filter((_, axis) => axis !== axes[i]));
  const outputShape = kept.flat();
  return { m: sizeOf(kept[0]), n: sizeOf(kept[1]), k, axes, outputShape: outputShape.length > 0 ? outputShape : [1] };
}

/** `Dot`: what two layers give, multiplied sample by sample. */
export function dot(layer: LayerConfig, shapes: readonly (readonly number[])[]): Step {
  const { m, n, k, axes, outputShape } = dotSizes(layer, shapes);
  const [transposeA, transposeB] = [m > 1 && axes[0] === 0, n > 1 && axes[1] === 1];
  return {
    kind: 'dot',
    layers: [layer.name],
    outputShape,
    multiplyAdds: 0,
    compile(kernels) {
      return ([a, b], output, batch) => {
        for (let sample = 0; sample < batch; sample++) {
          const at = { a: a + 4 * sample * m * k, b: b + 4 * sample * k * n, c: output + 4 * sample * m * n };
          kernels.gemm({ m, n, k, transposeA, transposeB, ...at });
        }
      };
    },
  };
}
