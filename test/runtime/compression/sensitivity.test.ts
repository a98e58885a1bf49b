import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { measureSensitivity, type SensitivityTable, safeLevels } from '../../../src/compression/sensitivity.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import { describeSensitivity, recordSensitivity, sensitivityRows } from '../../../src/reporting/index.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { bars, data, features, smallConvNet, training } from './small-nets.ts';

let model: LayersModel;
let folder: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  model = smallConvNet();
  await new Trainer(model, { ...training, epochs: 6 }).fit(data.train, data.validation);
  folder = await mkdtemp(join(tmpdir(), 'dl-sensitivity-'));
});
afterAll(async () => {
  model.dispose();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const options = { ...training, data };
const measure = (more: object = {}) => measureSensitivity({ model, features }, { ...options, ...more });

describe('measureSensitivity', () => {
  it('does a technique to each layer alone, and leaves the model as it was', async () => {
    const before = await readWeights(model);
    const told: string[] = [];
    const table = await measure({ levels: [0.1, 0.99], onLayer: ({ layer }: { layer: string }) => told.push(layer) });
    expect(table).toMatchObject({
      technique: 'pruneWeights',
      metric: 'val_accuracy',
      higherIsBetter: true,
      samples: 96,
      levels: [0.1, 0.99],
    });
    expect(told).toEqual(['conv1', 'conv2', 'dense1', 'dense2']);
    for (const { values } of table.layers) {
      expect(values[0]).toBeGreaterThan(table.trained - 0.05);
      expect(values[1]).toBeLessThan(table.trained);
    }
    expect(await readWeights(model)).toEqual(before);
  });

  it('leaves out layers to which it cannot be done', async () => {
    const { layers } = await measure({ technique: 'pruneUnits', levels: [0.5], metrics: [] });
    expect(layers.map(({ layer }) => layer)).toEqual(['conv1', 'conv2', 'dense1']);
  });

  it('judges by fewer samples where that is asked for', async () => {
    const validation = new DataLoader(bars(96, 1), { batchSize: 16 });
    expect((await measure({ levels: [0.5], samples: 20, data: { ...data, validation } })).samples).toBe(32);
  });

  it('refuses samples that are no number of samples', async () => {
    for (const samples of [-5, 2.5, Number.NaN])
      await expect(measure({ samples })).rejects.toThrow(
        `samples is ${samples}; it must be a whole number of samples, or 0 for all of them.`,
      );
  });

  it('goes on where it was stopped, but not with other weights or settings', async () => {
    const file = join(folder, 'table.json');
    let layers = 0;
    const onLayer = () => {
      if (++layers === 2) throw new Error('stopped');
    };
    await expect(measure({ levels: [0.5], file, onLayer })).rejects.toThrow('stopped');
    const saved = JSON.parse(await readFile(file, 'utf8'));
    expect(Object.keys(saved.values)).toEqual([' 0', 'conv1 0.5', 'conv2 0.5']);
    await writeFile(file, JSON.stringify({ ...saved, values: { ...saved.values, 'conv1 0.5': 0.123 } }));
    expect((await measure({ levels: [0.5], file })).layers[0].values).toEqual([0.123]);
    expect((await measure({ levels: [0.5], file, metrics: [] })).layers[0].values).not.toEqual([0.123]);
    await writeFile(file, '{ half');
    expect((await measure({ levels: [0.5], file })).layers).toHaveLength(4);
  });

  it.each([
    [{ technique: 'pruneWeight' }, /There is no technique named "pruneWeight"\. Did you mean pruneWeights\?/],
    [{ levels: [] }, 'The levels for pruneWeights are []. Give some like these: [0.3,0.5'],
    [{ levels: [0.5, 1] }, 'The levels for pruneWeights are [0.5,1].'],
  ])('refuses %j', async (more, message) => {
    await expect(measure(more)).rejects.toThrow(message);
  });
});

const table: SensitivityTable = {
  technique: 'pruneWeights',
  about: 'share of the weights that is removed',
  levels: [0.5, 0.9],
  metric: 'val_accuracy',
  higherIsBetter: true,
  trained: 0.99,
  samples: 512,
  layers: [
    { layer: 'conv1', values: [0.5, 0.99] },
    { layer: 'my-layer', values: [0.985, 0.98] },
    { layer: 'dense2', values: [0.99, null] },
  ],
};

describe('safeLevels', () => {
  it('is the highest level below which all are safe, the layers that bear most first', () => {
    expect(safeLevels(table)).toEqual([
      { layer: 'my-layer', level: 0.9 },
      { layer: 'dense2', level: 0.5 },
      { layer: 'conv1', level: undefined },
    ]);
    expect(safeLevels({ ...table, metric: 'val_loss', higherIsBetter: false, layers: [{ layer: 'a', values: [1.02, 0.1] }] }, 4)).toEqual([
      { layer: 'a', level: 0.9 },
    ]);
  });

  it('is shown with the step of a recipe that does it', () => {
    const printed: string[] = [];
    const onLayer = sensitivityRows((text) => printed.push(text));
    for (const layer of table.layers) onLayer(layer, table);
    expect(printed.slice(1)).toEqual([
      '  layer                   50 %     90 %',
      '  conv1                 50.0 %   99.0 %',
      '  my-layer              98.5 %   98.0 %',
      '  dense2                99.0 %        -',
    ]);
    expect(describeSensitivity(table)).toContain("pruneWeights({ keep: { 'my-layer': 0.1, dense2: 0.5 } })");
    expect(describeSensitivity({ ...table, layers: [table.layers[0]] })).not.toContain('pruneWeights({');
  });

  it('is written as CSV and as a page with a curve for each layer', async () => {
    const run = {
      id: 'a',
      config: { name: 'n', model: { name: 'm' }, data: { name: 'd' } },
      path: (...parts: string[]) => join(folder, ...parts.slice(1)),
      shown: (path: string) => path,
      print() {},
    };
    recordSensitivity(run as never, table);
    expect(await readFile(join(folder, 'pruneWeights.csv'), 'utf8')).toBe(
      'layer,level,val_accuracy\nconv1,0.5,0.5\nconv1,0.9,0.99\nmy-layer,0.5,0.985\nmy-layer,0.9,0.98\ndense2,0.5,0.99\ndense2,0.9,\n',
    );
    const page = await readFile(join(folder, 'pruneWeights.html'), 'utf8');
    expect(page.match(/<svg viewBox="0 0 480/g)).toHaveLength(3);
    expect(page).toContain('my-layer: bears 90 %');
  });
});
