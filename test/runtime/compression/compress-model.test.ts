import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, mul, type Scalar, square, sum } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import type { CompressionResult, CompressionRow } from '../../../src/compression/compression-result.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { loadLayersModel } from '../../../src/compression/load-layers-model.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { shareWeights } from '../../../src/compression/share-weights.ts';
import type { Technique } from '../../../src/compression/technique.ts';
import { recipeFrom } from '../../../src/compression/techniques.ts';
import { constantSparsity, polynomialDecay } from '../../../src/compression/weight-pruning/sparsity-schedule.ts';
import { DlError } from '../../../src/core/errors.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, smallConvNet, training } from './small-nets.ts';

let trained: { model: LayersModel; features: typeof features };
let folder: string;
let tensors = 0;

beforeAll(async () => {
  await useBackend();
  const model = smallConvNet();
  await new Trainer(model, { ...training, epochs: 6 }).fit(data.train, data.validation);
  trained = { model, features };
  folder = await mkdtemp(join(tmpdir(), 'dl-compress-'));
}, 60_000);
afterAll(async () => {
  trained.model.dispose();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const options = { ...training, data };

/** Runs a recipe and frees the model it makes. */
async function compressed(
  recipe: Technique,
  more: object = {},
): Promise<CompressionResult & { weights: Awaited<ReturnType<typeof readWeights>> }> {
  const result = await compressModel(trained, recipe, { ...options, ...more });
  const weights = await readWeights(result.model);
  result.model.dispose();
  return { ...result, weights };
}

const zeros = ({ values }: { values: Float32Array }) => values.filter((value) => value === 0).length;
const small = pipeline([pruneUnits({ ratio: 0.5 }), fineTune({ epochs: 2 }), pruneWeights({ keep: 0.3 }), fineTune({ epochs: 6 })]);

describe('compressModel', () => {
  it('makes a trained net small and keeps its accuracy', async () => {
    const rows: CompressionRow[] = [];
    const file = join(folder, 'new', 'model.safetensors');
    const result = await compressed(small, {
      file,
      onRow: (row: CompressionRow, metric: string) => rows.push(row) && expect(metric).toBe('val_accuracy'),
    });
    expect(rows).toEqual(result.rows);
    expect(rows.map(({ step, trained: isTraining }) => [step, isTraining])).toEqual([
      ['as trained', false],
      ['prune units', false],
      ['fine-tune 2 ep', true],
      ['prune weights', false],
      ['fine-tune 6 ep', true],
    ]);
    expect(rows[0]).toMatchObject({ weightsKept: 72 + 864 + 1152 + 72, remark: '' });
    expect(rows[4].weightsKept).toBe(11 + 65 + 86 + 11);
    expect(rows[4].value).toBeGreaterThanOrEqual(rows[0].value - 0.02);
    expect(rows[1].remark).toMatch(/^\d+\.\d % kept, \d\.\dx smaller, \d\.\dx less to compute$/);
    expect(result.test!.after.accuracy).toBeGreaterThan(0.95);

    expect(result.file).toEqual({ path: file, sizeBytes: (await readFile(file)).length });
    expect(result.file!.sizeBytes).toBe(result.layers.reduce((sum, layer) => sum + layer.packedBytes, 0) + result.rest.packedBytes);
    expect(await readdir(join(folder, 'new'))).toEqual(['model.safetensors']);
    expect(result.layers[1]).toMatchObject({ layer: 'conv2', weights: 864, weightsKept: 65, units: 12, unitsKept: 6, rawBytes: 3456 });
    expect(result.notes).toContainEqual({ step: 'prune units', layer: 'conv1', text: '4 of 8 units left' });
    expect(result.notes).toContainEqual({ step: 'prune weights', layer: 'dense1', text: 'keeps 86 of 288 weights' });
  });

  it('writes a file that gives back the model, to the bit, and its recipe', async () => {
    const file = join(folder, 'model.safetensors');
    const result = await compressed(small, { file });
    const loaded = await loadLayersModel(file);
    expect(await readWeights(loaded.model)).toEqual(result.weights);
    expect(loaded.features).toEqual(features);
    expect(loaded.metrics).toEqual({ val_accuracy: result.rows.at(-1)!.value });
    expect(recipeFrom(loaded.recipe as never).options).toEqual(small.options);
    loaded.model.dispose();
  });

  it('gives equal bits from equal seeds', async () => {
    expect((await compressed(small)).weights).toEqual((await compressed(small)).weights);
  });

  it('leaves the trained model as it was', async () => {
    const before = await readWeights(trained.model);
    await compressed(small);
    expect(await readWeights(trained.model)).toEqual(before);
  });

  it('reads the test data once, after the last step', async () => {
    const events: string[] = [];
    const test = async () => {
      events.push('test');
      return data.test();
    };
    await compressed(pruneUnits({ ratio: 0.5 }), { data: { ...data, test }, onRow: ({ step }: CompressionRow) => events.push(step) });
    expect(events).toEqual(['as trained', 'prune units', 'test']);
  });

  it('judges by the training data where there is no validation, and by the loss without metrics', async () => {
    const result = await compressed(pruneUnits({ ratio: 0.5 }), { data: { train: data.train }, metrics: [] });
    expect(result.metric).toBe('loss');
    expect(result.test).toBeUndefined();
    expect(result.file).toBeUndefined();
  });

  it('says where a step makes nothing smaller', async () => {
    const { rows } = await compressed(pipeline([pruneUnits({ ratio: 0 }), pruneWeights({ keep: 1 })]));
    expect(rows.map(({ remark }) => remark)).toEqual(['', 'not smaller', 'not smaller']);
  });

  it('frees everything when a step fails', async () => {
    const failing: Technique = {
      name: 'failing',
      label: 'failing',
      options: {},
      needs: 'nothing',
      init: () => {
        throw new DlError('refused', 'no');
      },
    };
    await expect(compressModel(trained, pipeline([pruneWeights({ keep: 0.5 }), failing]), options)).rejects.toThrow('no');
  });

  it('refuses units after weights before any work', async () => {
    const recipe = pipeline([pruneWeights({ keep: 0.5 }), pruneUnits({ ratio: 0.5 })]);
    const failing = compressModel(trained, recipe, { ...options, onRow: () => expect.unreachable() });
    await expect(failing).rejects.toThrow(
      'The recipe has pruneUnits after pruneWeights, but it changes the layers whose weights pruneWeights holds',
    );
  });

  it('refuses to prune weights that share values before any work', async () => {
    const recipe = pipeline([shareWeights({ bits: 4 }), pruneWeights({ keep: 0.5 })]);
    const failing = compressModel(trained, recipe, { ...options, onRow: () => expect.unreachable() });
    await expect(failing).rejects.toThrow('The recipe has pruneWeights after shareWeights');
  });
});

describe('pruneWeights', () => {
  it('keeps exactly its share of each layer, the largest ones, and never touches biases', async () => {
    const { weights } = await compressed(pruneWeights({ keep: { conv1: 0.66, 'dense*': 0.08 } }));
    const before = await readWeights(trained.model);
    for (const [name, weight] of weights) {
      const share = name === 'conv1/kernel' ? 0.66 : /dense.*kernel/.test(name) ? 0.08 : 1;
      const size = weight.values.length;
      if (share < 1) expect([name, size - zeros(weight)]).toEqual([name, Math.round(size * share)]);
      else expect(weight).toEqual(before.get(name));
      const smallestKept = Math.min(...weight.values.filter((value) => value !== 0).map(Math.abs));
      const largestGone = Math.max(
        0,
        ...before
          .get(name)!
          .values.filter((_, i) => weight.values[i] === 0)
          .map(Math.abs),
      );
      expect(largestGone).toBeLessThanOrEqual(smallestKept);
    }
  });

  it('leaves no -0 behind, whose bits would have to be stored', async () => {
    const { weights, layers } = await compressed(pipeline([pruneWeights({ keep: 0.1 }), fineTune({ epochs: 1 })]));
    for (const { values } of weights.values()) expect(values.some((value) => Object.is(value, -0))).toBe(false);
    const dense1 = layers.find(({ layer }) => layer === 'dense1')!;
    expect(dense1).toMatchObject({ weightsKept: 115, form: 'gaps, float32' });
    expect(dense1.packedBytes).toBeLessThan(115 * 5);
  });

  it('lets the layers compete for one share', async () => {
    const { weights, layers } = await compressed(pruneWeights({ keep: 0.25, scope: 'global' }));
    expect(layers.reduce((sum, layer) => sum + layer.weightsKept, 0)).toBe(Math.round(0.25 * (72 + 864 + 1152 + 72)));
    expect(layers[0].weightsKept / 72).toBeGreaterThan(layers[2].weightsKept / 1152);
    expect(zeros(weights.get('conv1/bias')!)).toBe(zeros((await readWeights(trained.model)).get('conv1/bias')!));
  });

  it('holds pruned weights at exactly 0 while fine-tuning', async () => {
    const recipe = (epochs: number) => pipeline([pruneWeights({ keep: 0.2 }), ...(epochs ? [fineTune({ epochs })] : [])]);
    const before = (await compressed(recipe(0))).weights;
    const after = (await compressed(recipe(2))).weights;
    let moved = 0;
    for (const [name, { values }] of after) {
      if (!name.endsWith('kernel')) continue;
      const old = before.get(name)!.values;
      expect(values.filter((value, i) => old[i] === 0 && value !== 0)).toHaveLength(0);
      moved += values.filter((value, i) => value !== old[i]).length;
    }
    expect(moved).toBeGreaterThan(300);
  });

  it('follows a schedule through the fine-tuning and ends at exactly its share', async () => {
    const schedule = polynomialDecay({ endStep: 20, frequency: 4 });
    const { rows, weights } = await compressed(pipeline([pruneWeights({ keep: 0.2, schedule }), fineTune({ epochs: 2 })]));
    expect(rows[1]).toMatchObject({ weightsKept: 2160, remark: 'not smaller' });
    expect(rows[2].weightsKept).toBe(14 + 173 + 230 + 14);
    expect(zeros(weights.get('conv2/kernel')!)).toBe(864 - 173);
  });

  it.each<[string, Technique, string]>([
    ['a share of 0', pruneWeights({ keep: 0 }), 'pruneWeights keep is 0 for conv1; it is the share that stays, above 0 and at most 1.'],
    ['a share above 1', pruneWeights({ keep: { dense1: 8 } }), 'pruneWeights keep is 8 for dense1'],
    ['a share that leaves nothing', pruneWeights({ keep: 0.001 }), 'pruneWeights keep 0.001 would leave none of the 72 weights of conv1'],
    ['an unknown layer', pruneWeights({ keep: { dense9: 0.1 } }), 'Did you mean dense1? Layers: conv1, conv2, dense1, dense2.'],
    ['shares by layer in the global scope', pruneWeights({ keep: { dense1: 0.1 }, scope: 'global' }), 'takes one number as keep'],
    ['an unknown scope', pruneWeights({ keep: 0.1, scope: 'all' as 'global' }), `scope is "all"; allowed are 'layer' and 'global'`],
    ['a layer that loses every weight to others', pruneWeights({ keep: 0.0005, scope: 'global' }), 'would leave too few for 4 layers'],
    [
      'a schedule without training',
      pruneWeights({ keep: 0.1, schedule: constantSparsity({ beginStep: 5 }) }),
      'no step after it trains: add fineTune',
    ],
    [
      'a schedule longer than the training',
      pipeline([pruneWeights({ keep: 0.1, schedule: polynomialDecay({ endStep: 25 }) }), fineTune({ epochs: 2 })]),
      'polynomialDecay ends at step 25, but the 2 epochs after it have 24 steps: end it earlier or train longer.',
    ],
  ])('refuses %s', async (_, recipe, message) => {
    await expect(compressModel(trained, recipe, options)).rejects.toThrow(message);
  });
});

describe('fineTune', () => {
  it('keeps the best epoch by the monitor', async () => {
    const { rows } = await compressed(pipeline([pruneWeights({ keep: 0.3 }), fineTune({ epochs: 3 })]), { metrics: [] });
    expect(rows[2].value).toBeLessThan(rows[1].value);
  });

  it('refuses data that is prepared in another way than in the training', async () => {
    const other = { ...trained, features: { ...features, outputNames: ['a', 'b', 'c'] } };
    await expect(compressModel(other, small, options)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('outputNames was ["a","b","c"], is ["upright","lying","diagonal"]'),
    });
  });

  it('passes on what a step throws after it has changed the layers, and frees them', async () => {
    const failing: Technique = {
      ...pruneUnits({ ratio: 0.5 }),
      train: async () => {
        throw new Error('out of power');
      },
    };
    await expect(compressModel(trained, failing, options)).rejects.toThrow('out of power');
  });

  it('adds the loss terms and changes the gradients as the techniques before ask', async () => {
    const kernelOf = (model: LayersModel) => model.getLayer('dense1').getWeights()[0];
    const seen: string[] = [];
    const penalty: Technique = {
      name: 'penalty',
      label: 'penalty',
      options: {},
      needs: 'training',
      init: () => ({}),
      loss: (_, model) => mul(sum(square(kernelOf(model))), 0.05) as Scalar,
      gradients: (_, gradients) => {
        seen.push(...Object.keys(gradients));
        return gradients;
      },
    };
    const norm = ({ values }: { values: Float32Array }) => values.reduce((total, value) => total + value * value, 0);
    const free = (await compressed(fineTune({ epochs: 1 }))).weights;
    const held = (await compressed(pipeline([penalty, fineTune({ epochs: 1 })]))).weights;
    expect(norm(held.get('dense1/kernel')!)).toBeLessThan(0.9 * norm(free.get('dense1/kernel')!));
    expect(new Set(seen)).toEqual(new Set(free.keys()));
  });

  it.each<[string, Technique, string]>([
    ['no epochs', fineTune({ epochs: 0 }), 'fineTune epochs is 0; it must be a whole number, at least 1.'],
    ['a negative rate', fineTune({ epochs: 1, learningRate: -1 }), 'fineTune learningRate is -1; it must be a number above 0.'],
  ])('refuses %s', async (_, recipe, message) => {
    await expect(compressModel(trained, recipe, options)).rejects.toThrow(message);
  });
});

it.each([
  ['data', {}, 'fineTune needs training data: pass `data` to compressModel.'],
  ['a loss', { data }, 'fineTune needs a loss and an optimizer: pass them to compressModel.'],
])('fineTune refuses to train without %s', (_, given, message) => {
  const technique = fineTune({ epochs: 1 });
  const context = { ...given, model: trained.model, features, random: new RandomStream(0), note: () => {} };
  expect(() => technique.check!(context, { steps: [technique], index: 0 })).toThrow(message);
});

it.each([
  ['without data', () => [trained, fineTune({ epochs: 1 }), { ...options, data: undefined }], 'compressModel: data is missing'],
  ['without options', () => [trained, fineTune({ epochs: 1 })], 'compressModel: data is missing'],
  ['a list of steps', () => [trained, [fineTune({ epochs: 1 })], options], 'the recipe is a list; write pipeline([...]).'],
  ['no recipe', () => [trained, undefined, options], 'the recipe is undefined; it must be a technique'],
  ['a model alone', () => [trained.model, fineTune({ epochs: 1 }), options], 'a trained model with its features'],
])('compressModel refuses %s', async (_, given, message) => {
  const [model, recipe, settings] = given() as unknown as Parameters<typeof compressModel>;
  await expect(compressModel(model, recipe, settings)).rejects.toThrow(message);
});

describe('pipeline', () => {
  it('may stand inside another', () => {
    expect(pipeline([pipeline([pruneUnits({ ratio: 0.5 })]), fineTune({ epochs: 1 })]).needs).toBe('training');
  });

  it('refuses no steps, and a technique that was not called', () => {
    expect(() => pipeline([])).toThrow('A pipeline needs at least one step');
    expect(() => pipeline([pruneUnits({ ratio: 0.5 }), fineTune as never])).toThrow('Step 2 of the pipeline is no technique');
  });
});

describe('loadLayersModel', () => {
  it('says what to do where there is no file', async () => {
    await expect(loadLayersModel(join(folder, 'nothing'))).rejects.toThrow('npm run compress');
  });
});
