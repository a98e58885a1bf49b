import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { packModel } from '../../../src/compression/pack-model.ts';
import { type TfjsFiles, type TfjsPrecision, toTfjs } from '../../../src/export/index.ts';
import { largestDifference, randomInputs, type SampleNet, shaken, tfjsOutputs } from './nets.ts';

const limits: Readonly<Record<TfjsPrecision, number>> = { float32: 1e-5, float16: 1e-2, uint16: 1e-3, uint8: 0.2 };

/** Exports nets in every precision, runs them in a process of its own that knows only tfjs, and compares. */
export async function expectTfjsRuns(folder: string, nets: readonly SampleNet[]): Promise<void> {
  const cases: { name: string; inputs: Float32Array; expected: Float32Array; limit: number }[] = [];
  for (const { name, features, build } of nets) {
    const model = await shaken(build());
    const inputs = randomInputs(features, 2);
    const expected = await tfjsOutputs(model, features, inputs);
    const packed = await packModel(model, { features, forms: {} });
    for (const [precision, limit] of Object.entries(limits) as [TfjsPrecision, number][]) {
      write(join(folder, `${name} ${precision}`), await toTfjs(precision === 'float32' ? model : packed, { precision }));
      cases.push({ name: `${name} ${precision}`, inputs, expected, limit });
    }
    model.dispose();
  }
  const outputs = run(folder, cases);
  const differences = outputs.map((one, i) => ({ name: cases[i].name, difference: largestDifference(one, cases[i].expected) }));
  expect(differences.filter(({ difference }, i) => !(difference < cases[i].limit))).toEqual([]);
}

function write(path: string, files: TfjsFiles): void {
  mkdirSync(path);
  for (const [name, bytes] of files) writeFileSync(join(path, name), bytes);
}

function run(folder: string, cases: readonly { readonly name: string; readonly inputs: Float32Array }[]): Float32Array[] {
  cases.forEach(({ inputs }, i) => void writeFileSync(join(folder, `${i}.in`), inputs));
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases.map(({ name }, i) => [name, `${i}.in`, `${i}.out`])));
  execFileSync(process.execPath, [join(import.meta.dirname, 'run-tfjs.mjs'), folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return cases.map((_, i) => new Float32Array(new Uint8Array(readFileSync(join(folder, `${i}.out`))).buffer));
}
