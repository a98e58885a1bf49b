import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTinyProject, type TinyProject } from '../../support/tiny-project.ts';

// What the scripts of a project do with the packed file of `compress`.
let project: TinyProject;
beforeAll(async () => {
  project = makeTinyProject();
  mkdirSync(join(project.root, 'compression'), { recursive: true });
  writeFileSync(
    join(project.root, 'compression/small.ts'),
    "import { pipeline, pruneWeights, quantize } from 'dl-project/compression';\nexport default pipeline([pruneWeights({ keep: 0.5 }), quantize({})]);\n",
  );
  expect((await project.run('train', ['training.epochs=1'])).code).toBe(0);
});
afterAll(() => project.remove());

it('predicts with the best epoch, and says that nothing was compressed', async () => {
  expect((await project.run('predict')).stdout).toContain('guessed by the best epoch, in tfjs');
  const { code, stderr } = await project.run('latency');
  expect(stderr).toContain('This training was not compressed yet. Type: npm run compress');
  expect(code).toBe(1);
});

it('predicts with the packed file, times it and refuses what is not there', async () => {
  const { stdout: compressed } = await project.run('compress');
  expect(compressed).toMatch(/kernels {3}dense1, dense2: float32|kernels {3}.*dense1/);
  expect((await project.run('predict')).stdout).toMatch(/guessed by small, [\d.]+ KB, in the engine/);
  expect((await project.run('predict', ['recipe=none'])).stdout).toContain('guessed by the best epoch, in tfjs');
  const { stderr } = await project.run('predict', ['recipe=smal']);
  expect(stderr).toContain('This training was not compressed by smal. There is small. Did you mean small?');
  const { stdout } = await project.run('latency', ['batch=8']);
  expect(stdout).toMatch(/small\/model\.safetensors, [\d.]+ KB: 8 samples together, 500 calls, one thread, wasm/);
  expect(stdout).toMatch(/dense1 .* us/);
  expect(stdout).toMatch(/dense, by tfjs .* as long/);
  expect((await project.run('latency', ['batch=0'])).stderr).toContain('batch is 0; it is a whole number from 1 to 64.');
});
