import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { Features } from '../../../src/data/features.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { smallConvNet } from '../compression/small-nets.ts';

const features: Features = {
  task: 'classification',
  inputShape: [8, 8, 1],
  outputs: 3,
  outputNames: ['a', 'b', 'c'],
  preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
};

let bytes: Uint8Array;
beforeAll(async () => {
  await useBackend();
  const model = smallConvNet();
  bytes = await packModel(model, { features });
  model.dispose();
});

const samples = Array.from({ length: 200 }, (_, i) => Array.from({ length: 64 }, (_, pixel) => (i * 31 + pixel * 7) % 256));

it('spreads the samples over workers and gives the same answers in the same order', async () => {
  const model = await loadModel(bytes, { workers: 2 });
  expect(await model.predict(samples)).toEqual(model.predictSync(samples));
  expect(await model.predict([])).toEqual([]);
  await expect(model.predict([...samples, [1, 2]])).rejects.toThrow(/200/);
  model.close();
  expect(await model.predict(samples.slice(0, 1))).toEqual(model.predictSync(samples.slice(0, 1)));
});

it('answers what was asked before it is closed with an error, and refuses numbers that are none', async () => {
  const model = await loadModel(bytes, { workers: 1 });
  const answer = model.predict(samples);
  model.close();
  await expect(answer).rejects.toThrow('The workers of this model were closed.');
  await expect(loadModel(bytes, { workers: 1.5 })).rejects.toThrow('workers is 1.5; it is a whole number from 0 to 64.');
});

it('keeps a script that does nothing else alive until every worker is ready and every answer is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dl-workers-'));
  try {
    const [file, script] = [join(folder, 'model.safetensors'), join(folder, 'script.mjs')];
    writeFileSync(file, bytes);
    const engine = new URL('../../../src/inference/index.ts', import.meta.url).href;
    writeFileSync(
      script,
      `import { loadModel } from ${JSON.stringify(engine)};
      const model = await loadModel(${JSON.stringify(file)}, { workers: 3 });
      const answers = await model.predict(Array.from({ length: 200 }, () => new Float32Array(64)));
      console.log(answers.length);`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), script]);
    expect(stdout).toBe('200\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
