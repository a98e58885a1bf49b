import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import {
  createDataLoaders,
  type DataSource,
  defineDataset,
  drawDigits,
  drawHouses,
  drawMachines,
  fitTable,
  irisTable,
  type LoadContext,
} from '../../../src/data/index.ts';
import { createModel, lenet5, type ModelDefinition, mlp } from '../../../src/models/index.ts';
import { evaluateModel, Trainer, type TrainerOptions } from '../../../src/training/index.ts';

/** The figures of docs/data.md: `npx vitest run --project slow test/runtime/data/learnable.slow.ts` prints them. */
async function testScore(
  load: (options: object, context: LoadContext) => DataSource,
  model: ModelDefinition,
  options: object,
  epochs: number,
  training: Partial<TrainerOptions> = {},
): Promise<number> {
  const dataset = defineDataset({ name: 'data', defaults: {}, load });
  const data = await createDataLoaders([dataset], { name: 'data', batchSize: 128, validationSplit: 0.1 }, { seed: 0 });
  const classifies = data.features.task === 'classification';
  const judged = classifies
    ? ({ loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] } as const)
    : ({ loss: 'meanSquaredError', metrics: ['r2'] } as const);
  const net = createModel(model, options, data.features, 0);
  await new Trainer(net, { ...judged, optimizer: { name: 'adam', learningRate: 1e-3 } as never, epochs, ...training }).fit(
    data.train,
    data.validation,
  );
  const { logs } = await evaluateModel(net, await data.test(), judged);
  net.dispose();
  return logs[classifies ? 'accuracy' : 'r2'];
}

const digits = () => ({
  train: drawDigits({ count: 12_000, seed: 1 }),
  test: async () => drawDigits({ count: 2_000, seed: 2 }),
});
const machines = (_: object, context: LoadContext) =>
  fitTable(drawMachines({ rows: 5000, seed: 1 }), { target: 'state', task: 'classification' }, context);
const houses = (_: object, context: LoadContext) =>
  fitTable(drawHouses({ rows: 5000, seed: 1 }), { target: 'price', task: 'regression' }, context);
const iris = (_: object, context: LoadContext) => fitTable(irisTable(), { target: 'species', task: 'classification' }, context);

beforeAll(useBackend);

describe('the built-in data can be learned, but not by a linear model', () => {
  const linear = { hidden: [] };
  const fast = { optimizer: { name: 'adam', learningRate: 1e-2 } as never };

  it.each([
    { name: 'synthetic-digits, linear', load: digits, model: mlp, options: linear, epochs: 15, training: {}, low: 0.8, high: 0.93 },
    { name: 'synthetic-digits, lenet5', load: digits, model: lenet5, options: {}, epochs: 6, training: {}, low: 0.985, high: 1 },
    { name: 'synthetic-machines, linear', load: machines, model: mlp, options: linear, epochs: 60, training: fast, low: 0.6, high: 0.75 },
    { name: 'synthetic-machines, mlp', load: machines, model: mlp, options: {}, epochs: 40, training: {}, low: 0.92, high: 1 },
    { name: 'synthetic-houses, linear', load: houses, model: mlp, options: linear, epochs: 60, training: fast, low: 0.75, high: 0.85 },
    { name: 'synthetic-houses, mlp', load: houses, model: mlp, options: {}, epochs: 40, training: {}, low: 0.95, high: 1 },
    { name: 'iris, mlp', load: iris, model: mlp, options: {}, epochs: 60, training: {}, low: 0.9, high: 1.01 },
  ])('$name', async ({ name, load, model, options, epochs, training, low, high }) => {
    const start = performance.now();
    const score = await testScore(load, model as ModelDefinition, options, epochs, training);
    console.log(`${name}: ${score.toFixed(4)} on the test data, ${epochs} epochs in ${((performance.now() - start) / 1000).toFixed(0)} s`);
    expect(score).toBeGreaterThan(low);
    expect(score).toBeLessThan(high);
  });
});
