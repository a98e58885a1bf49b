import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fineTune, huffmanCode, pipeline, pruneWeights, type ShareWeightsOptions, shareWeights } from '../../src/compression/index.ts';
import type { PaperRow } from './paper-row.ts';
import { prunedNet, pruningSettings } from './pruned-nets.ts';

interface DeepCompressionSettings extends Pick<PaperRow, 'paper' | 'paperLayers' | 'triedOnValidation'> {
  /** How many times smaller than its weights as float32 the file has to be. */
  readonly timesSmaller: number;
  readonly share: ShareWeightsOptions;
  readonly epochs: number;
}

/** Pruned, its weights shared and their values trained on, the codes and gaps by Huffman; the file is what lies on the disk. */
export function deepCompressionRow(net: keyof typeof pruningSettings, settings: DeepCompressionSettings): PaperRow {
  const { paper, paperLayers, triedOnValidation, timesSmaller, share, epochs } = settings;
  const { keep, optimizer } = pruningSettings[net];
  return {
    name: `deep-compression-${net}`,
    paper,
    paperLayers,
    triedOnValidation,
    targets: [
      { figure: 'file, x smaller', atLeast: timesSmaller },
      { figure: 'error, points above dense', atMost: 0.1 },
    ],
    async measure(tools, seed) {
      const pruned = await prunedNet(net, seed, tools);
      const recipe = pipeline([
        pruneWeights({ keep }), // as it is already: from here on held at 0
        shareWeights(share),
        fineTune({ epochs, learningRate: optimizer.learningRate / 4, learningRateSchedule: 'cosine' }),
        huffmanCode(),
      ]);
      const folder = await mkdtemp(join(tmpdir(), 'dl-papers-'));
      const training = { ...pruned.training, optimizer };
      const { model, file, layers } = await tools.compress({ ...pruned, training }, recipe, join(folder, 'model.safetensors'));
      await rm(folder, { recursive: true });
      const [denseError, error] = [await tools.error(pruned.dense), await tools.error({ model, data: pruned.data })];
      const denseBytes = 4 * model.countParams();
      const fileBytes = file?.sizeBytes ?? Number.NaN;
      model.dispose();
      pruned.model.dispose();
      return {
        'file, bytes': fileBytes,
        'file, x smaller': denseBytes / fileBytes,
        'dense error, %': denseError,
        'error, %': error,
        'error, points above dense': error - denseError,
        ...Object.fromEntries(
          layers.flatMap(({ layer, weights, weightsKept, rawBytes, packedBytes }) => [
            [`${layer}, % kept`, (100 * weightsKept) / weights],
            [`${layer}, % of its bytes`, (100 * packedBytes) / rawBytes],
          ]),
        ),
      };
    },
  };
}
