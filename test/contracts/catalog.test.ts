import { readdirSync, readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { serialization, setBackend } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { builtinCallbacks } from '../../src/callbacks/index.ts';
import * as catalog from '../../src/catalog.ts';
import { techniques } from '../../src/compression/techniques.ts';
import type { Features } from '../../src/data/features.ts';
import { builtinLosses } from '../../src/losses/index.ts';
import { builtinMetrics } from '../../src/metrics/index.ts';
import { catalogModels, createModel, type ModelDefinition, summarize } from '../../src/models/index.ts';
import { builtinOptimizers } from '../../src/optimizers/index.ts';

const dataFolder = new URL('../../templates/app/src/data/', import.meta.url);

const named = (entries: readonly { name: string; defaults: object }[]) =>
  Object.fromEntries(entries.map(({ name, defaults }) => [name, defaults]));

describe('the catalogue says of every entry what its registry says', () => {
  test.each([
    ['models', catalog.models, catalogModels],
    ['losses', catalog.losses, builtinLosses],
    ['metrics', catalog.metrics, builtinMetrics],
    ['optimizers', catalog.optimizers, builtinOptimizers],
    ['callbacks', catalog.callbacks, builtinCallbacks],
  ])('%s', (_, entries, registry) => {
    expect(named(entries)).toEqual(named(registry));
  });

  test('techniques', () => {
    expect(catalog.techniques.map(({ name }) => name).sort()).toEqual(techniques.map(({ name }) => name).sort());
  });

  test('layers of tfjs', () => {
    const known = serialization.SerializationMap.getMap().classNameMap;
    expect(catalog.layerClasses).toEqual(Object.keys(known).filter((name) => known[name][0].prototype instanceof layers.Layer));
  });

  test('datasets', async () => {
    const files = readdirSync(dataFolder).filter((file) => /^(?!index)[\w-]+\.ts$/.test(file));
    const modules = await Promise.all(files.map((file) => import(new URL(file, dataFolder).href)));
    expect(named(catalog.datasets)).toEqual(
      named(modules.flatMap((module) => Object.values(module) as { name: string; defaults: object }[])),
    );
  });

  test('what models cost', async () => {
    await setBackend('cpu');
    const digits: Features = {
      task: 'classification',
      inputShape: [28, 28, 1],
      outputs: 10,
      outputNames: [],
      preprocessing: { kind: 'scale', scale: 1, offset: 0 },
    };
    for (const entry of catalog.models) {
      const model = createModel(catalogModels.find(({ name }) => name === entry.name) as ModelDefinition, {}, digits, 0);
      expect(summarize(model)).toMatchObject({ weights: entry.weights, multiplyAccumulates: entry.multiplyAccumulates });
      model.dispose();
    }
  });
});

test('every summary is one short line', () => {
  const all = [
    catalog.datasets,
    catalog.models,
    catalog.losses,
    catalog.metrics,
    catalog.optimizers,
    catalog.callbacks,
    catalog.techniques,
  ];
  for (const { summary } of all.flat()) expect(summary).toMatch(/^[^\n]{10,70}[^\n.]$/);
});

test('the catalogue imports nothing, so that the generator stays small', () => {
  expect(readFileSync(new URL('../../src/catalog.ts', import.meta.url), 'utf8')).not.toMatch(/^import/m);
});
