import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { winogradTransforms } from '../kernels/winograd/cook-toom.ts';
import { winogradSavings } from '../kernels/winograd/winograd-error.ts';
import { matchNames } from '../layers/match-names.ts';
import { replaceLayers } from './surgery/replace-layers.ts';
import { type LayerTopology, type Topology, topologyOf } from './surgery/topology.ts';
import type { Technique, TechniqueContext } from './technique.ts';

export interface WinogradOptions {
  /** Pixels on a side of the outputs that are computed together, 2, 4 or 6: more save more multiplications and round more. @default 2 */
  tile?: 2 | 4 | 6;
  /** Names of layers, where `*` stands for any letters. @default every convolution that fits */
  layers?: string | readonly string[];
}

/**
 * Computes convolutions by Winograd's minimal filtering: the same outputs but for rounding, by 2.25 (F(2x2, 3x3)), 4 or 5.06 times fewer
 * multiplications (Winograd, 1980; Lavin and Gray, 2016). For square kernels above 1x1 with stride 1. Weights stay as they are, and in the
 * file the layers are plain convolutions: the engine chooses for itself.
 */
export function winograd(options: WinogradOptions = {}): Technique<undefined> {
  requireKnownOptions('winograd', options, { tile: true, layers: true });
  const { tile = 2 } = options;
  return {
    name: 'winograd',
    label: `winograd F(${tile})`,
    options,
    needs: 'nothing',
    keepsKernels: true,
    check: (context) => void chosenLayers(context, options),
    async rewrite(context) {
      const chosen = new Set(chosenLayers(context, options));
      const changed = replaceLayers(topologyOf(context.model), (layer) => {
        if (!chosen.has(layer.config.name)) return undefined;
        const taps = kernelSide(layer);
        const fewer = winogradSavings(winogradTransforms(tile, taps), 2).toFixed(2);
        context.note({ layer: layer.config.name, text: `F(${tile}x${tile}, ${taps}x${taps}): ${fewer}x fewer multiplications` });
        return [{ class_name: 'WinogradConv2D', config: { ...layer.config, tile } }];
      });
      return buildModel(changed, await readWeights(context.model));
    },
    encode: (_, file) => ({ ...file, topology: withPlainConvolutions(file.topology as Topology) }),
  };
}

/** @throws DlError where nothing fits, or a named layer does not */
function chosenLayers({ model }: TechniqueContext, { tile = 2, layers = [] }: WinogradOptions): string[] {
  if (![2, 4, 6].includes(tile)) throw new DlError('config', `winograd tile is ${JSON.stringify(tile)}; allowed are 2, 4 and 6.`);
  const convolutions = topologyOf(model).config.layers.filter(({ class_name: kind }) => kind === 'Conv2D');
  const names = convolutions.map(({ config }) => config.name);
  const patterns = [layers].flat();
  const named = new Set(patterns.flatMap((pattern) => matchNames('winograd layers', pattern, names)));
  const fitting = convolutions.filter((layer) => fits(layer)).map(({ config }) => config.name);
  const misfit = patterns.find((pattern) => names.includes(pattern) && !fitting.includes(pattern));
  if (misfit !== undefined) {
    throw new DlError('refused', `winograd cannot compute ${misfit}: it is for square kernels above 1x1 with strides and dilation of 1.`);
  }
  const chosen = fitting.filter((name) => patterns.length === 0 || named.has(name));
  if (chosen.length === 0) {
    throw new DlError(
      'refused',
      'winograd finds no convolution with a square kernel above 1x1 and stride 1 in this model: leave the step out.',
    );
  }
  return chosen;
}

function fits({ config }: LayerTopology): boolean {
  const [height, width] = config.kernel_size as number[];
  const steps = [config.strides, config.dilation_rate ?? 1].flat();
  return height === width && height > 1 && height + 6 <= 14 && steps.every((step) => step === 1) && config.data_format !== 'channels_first';
}

function kernelSide({ config }: LayerTopology): number {
  return (config.kernel_size as number[])[0];
}

function withPlainConvolutions(topology: Topology): Topology {
  return replaceLayers(topology, ({ class_name: kind, config }) => {
    if (kind !== 'WinogradConv2D') return undefined;
    const { tile: _, ...plain } = config;
    return [{ class_name: 'Conv2D', config: plain as LayerTopology['config'] }];
  });
}
