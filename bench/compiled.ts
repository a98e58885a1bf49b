// `npm run bench -- compiled`: WebAssembly of one model beside the engine, one sample at a time.
import { useBackend } from '../src/backend/use-backend.ts';
import { loadCompiled } from '../src/compiled/load-compiled.ts';
import { packModel } from '../src/compression/pack-model.ts';
import { compileModel } from '../src/export/wasm/compile-model.ts';
import { loadModel } from '../src/inference/load-model.ts';
import { buildModel, imagesFor } from './support/build-model.ts';
import { interleave } from './support/interleave.ts';
import type { Report } from './support/report.ts';

const names = ['lenet-300-100', 'lenet5-classic', 'lenet5', 'mlp', 'squeezenet', 'vgg-small'] as const;

export async function run(report: Report): Promise<void> {
  await useBackend();
  for (const name of names) {
    const { features } = imagesFor(name, 1);
    const model = buildModel(name);
    const file = await packModel(model, { features });
    model.dispose();
    const compiled = await loadCompiled(await compileModel(file));
    const engine = await loadModel(file, { autotune: true });
    const input = new Float32Array(features.inputShape.reduce((product, length) => product * length, 1)).fill(0.5);
    const times = await interleave(15, { engine: timeOf(() => engine.compute(input)), compiled: timeOf(() => compiled.compute(input)) });
    report.add({
      case: name,
      metric: 'us a sample, compiled',
      ours: times.compiled,
      peer: { name: 'our engine', value: times.engine },
      higherIsBetter: false,
    });
  }
}

/** Microseconds of one call, over some milliseconds. */
function timeOf(run: () => void): () => number {
  return () => {
    const start = performance.now();
    let calls = 0;
    for (; performance.now() - start < 20; calls++) run();
    return (1e3 * (performance.now() - start)) / calls;
  };
}
