import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { packModel } from '../../src/compression/pack-model.ts';
import type { Features } from '../../src/data/features.ts';
import { interleave } from './interleave.ts';
import { MeasuringProcess } from './measuring-process.ts';

/** How many times as fast plain tfjs predicts with the second model as with the first, on its wasm backend. */
export async function predictSpeedUp(before: LayersModel, after: LayersModel, features: Features, batch: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'dl-predict-'));
  const start = async (name: string, model: LayersModel) => {
    const file = join(folder, name);
    writeFileSync(file, await packModel(model, { features }));
    return MeasuringProcess.program(new URL('predict-program.ts', import.meta.url), [file, String(batch)], {});
  };
  const [slow, fast] = [await start('before.safetensors', before), await start('after.safetensors', after)];
  try {
    const rates = await interleave(9, { before: () => slow.measure(), after: () => fast.measure() });
    return rates.after / rates.before;
  } finally {
    slow.end();
    fast.end();
    rmSync(folder, { recursive: true });
  }
}
