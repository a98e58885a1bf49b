import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { useBackend } from '../../src/backend/index.ts';
import { builtinCallbacks, type Callback, type CallbackDefinition, defaultCallbacks } from '../../src/callbacks/index.ts';
import type { AnyConfig } from '../../src/config/index.ts';
import { createRun } from '../../src/runs/create-run.ts';
import type { Run } from '../../src/runs/run.ts';
import { Trainer } from '../../src/training/trainer.ts';
import { pointLoader, tinyModel } from '../runtime/training/tiny-training.ts';

beforeAll(useBackend);

function temporaryRun(): Run {
  const root = mkdtempSync(join(tmpdir(), 'dl-project-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const config = { name: 'points', seed: 0, data: { name: 'points' }, model: { name: 'mlp' }, callbacks: {} } as unknown as AnyConfig;
  return createRun({ root, config }).run;
}

async function train(callback: Callback): Promise<void> {
  const model = tinyModel();
  const options = { epochs: 2, loss: 'sparseCategoricalCrossentropy', optimizer: 'adam', callbacks: [callback] };
  await new Trainer(model, options).fit(pointLoader(32), pointLoader(16, { seed: 1, shuffle: false }));
  model.dispose();
}

describe.each(builtinCallbacks as readonly CallbackDefinition[])('callback $name', (definition) => {
  const create = (run: Run | undefined = temporaryRun()) => definition.create(structuredClone(definition.defaults), run);

  test('is named like its file, and its options survive JSON', () => {
    const folders = ['../../src/callbacks/', '../../src/tracking/'].map((folder) => readdirSync(new URL(folder, import.meta.url)));
    const files = folders.flat().map((file) => file.replace('.ts', '').replaceAll('-', ''));
    expect(files).toContain(definition.name.toLowerCase());
    expect(JSON.parse(JSON.stringify(definition.defaults))).toEqual(definition.defaults);
    expect(create().name).toBe(definition.name);
    for (const [option, schema] of Object.entries(definition.schema ?? {})) {
      expect(() => schema.parse(definition.defaults[option as never])).not.toThrow();
    }
  });

  test('runs through a training without leaking tensors or changing its options', async () => {
    const before = memory().numTensors;
    await train(create());
    expect(memory().numTensors).toBe(before);
  });

  test('gives its state as plain JSON, before and after a training, and takes it back', async () => {
    const callback = create();
    const states = [callback.stateDict?.()];
    await train(callback);
    states.push(callback.stateDict?.());
    for (const state of states) {
      if (state === undefined) continue;
      const json = JSON.parse(JSON.stringify(state));
      expect(json).toEqual(state);
      const other = create();
      other.loadStateDict?.(json);
      expect(other.stateDict?.()).toEqual(state);
    }
  });

  test('is described in docs/callbacks.md with every option and its default', () => {
    const page = readFileSync(new URL('../../docs/callbacks.md', import.meta.url), 'utf8');
    const section = page.split(`### \`${definition.name}\``)[1]?.split('\n##')[0];
    for (const [option, value] of Object.entries(definition.defaults)) {
      expect(section).toContain(`| \`${option}\` | \`${JSON.stringify(value).replaceAll('"', "'")}\` |`);
    }
    if (Object.keys(definition.defaults).length === 0) expect(section).toContain('No options.');
  });

  test('holds no state between trainings of different objects', async () => {
    const [first, second] = [create(), create()];
    const fresh = second.stateDict?.();
    await train(first);
    expect(second.stateDict?.()).toEqual(fresh);
  });
});

describe('the callbacks together', () => {
  test('end with the one that shows and the one that saves, so that they have seen what the others did', () => {
    expect(builtinCallbacks.slice(-2).map(({ name }) => name)).toEqual(['progress', 'backupAndRestore']);
  });

  test('are on by default where nobody would train without', () => {
    expect(defaultCallbacks).toEqual(['terminateOnNaN', 'modelCheckpoint', 'report', 'progress', 'backupAndRestore']);
  });
});
