import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { type ExportOnnxOptions, toOnnx } from '../../../src/export/index.ts';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';
import { catalogNets, engineNets, image, largestDifference, otherNets, randomInputs, shaken, tfjsOutputs } from './nets.ts';
import { quantizedNet } from './quantized-net.ts';

interface OnnxRun {
  readonly outputs: Float32Array;
  readonly input: readonly [string, readonly (number | string)[]];
  readonly output: readonly [string, readonly (number | string)[]];
  readonly metadata: Readonly<Record<string, string>>;
  /** The operators that are left when onnxruntime has merged what it can. */
  readonly optimized: readonly string[];
}

/** Runs models in Python's onnxruntime, after ONNX's own checker. */
function runInPython(cases: readonly { readonly model: Uint8Array; readonly inputs: Float32Array }[]): OnnxRun[] {
  const folder = mkdtempSync(join(tmpdir(), 'dl-onnx-'));
  try {
    cases.forEach(({ model, inputs }, i) => {
      writeFileSync(join(folder, `${i}.onnx`), model);
      writeFileSync(join(folder, `${i}.in`), inputs);
    });
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases.map((_, i) => [`${i}.onnx`, `${i}.in`, `${i}.out`])));
    const script = join(import.meta.dirname, 'run_onnx.py');
    const told = JSON.parse(execFileSync(pythonCommand, ['-B', script, folder], { encoding: 'utf8' }));
    return cases.map((_, i) => {
      const bytes = new Uint8Array(readFileSync(join(folder, `${i}.out`)));
      return { outputs: new Float32Array(bytes.buffer), ...told[i] };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

beforeAll(async () => void (await useBackend()));

describeWith(python('onnxruntime', 'onnx onnxruntime'), "Python's onnxruntime", () => {
  it('gives what tfjs gives, to 1e-5: every model of the catalogue and every layer', async () => {
    const cases: { name: string; model: Uint8Array; inputs: Float32Array; expected: Float32Array }[] = [];
    for (const { name, features, build } of [...catalogNets, ...engineNets, ...otherNets]) {
      const model = await shaken(build());
      const inputs = randomInputs(features, 5);
      const expected = await tfjsOutputs(model, features, inputs);
      const { bytes } = await toOnnx(await packModel(model, { features }));
      cases.push({ name, model: bytes, inputs, expected });
      model.dispose();
    }
    const differences = runInPython(cases).map(({ outputs }, i) => [cases[i].name, largestDifference(outputs, cases[i].expected)] as const);
    console.log(`largest difference between onnxruntime and tfjs: ${Math.max(...differences.map(([, difference]) => difference))}`);
    expect(differences.filter(([, difference]) => !(difference < 1e-5))).toEqual([]);
  });

  it('takes an image channels first, or as raw pixels, where the options say so; and finds the metadata', async () => {
    const model = await shaken(engineNets[0].build());
    const inputs = randomInputs(image, 2);
    const expected = await tfjsOutputs(model, image, inputs);
    const moved = inputs.map((_, at) => {
      const [sample, channel, pixel] = [Math.floor(at / 189), Math.floor(at / 63) % 3, at % 63];
      return inputs[sample * 189 + pixel * 3 + channel];
    });
    const variants: [ExportOnnxOptions, Float32Array][] = [
      [{ inputOrder: 'channelsFirst' }, moved],
      [{ includePreprocessing: true }, inputs.map((value) => value * 255)],
    ];
    const cases = [];
    for (const [options, values] of variants) {
      const { bytes } = await toOnnx(model, { features: image, metrics: { val_accuracy: 0.5 }, ...options });
      cases.push({ model: bytes, inputs: values });
    }
    const [first, raw] = runInPython(cases);
    expect(first.input).toEqual(['input', ['batch', 3, 9, 7]]);
    expect(raw.input).toEqual(['input', ['batch', 9, 7, 3]]);
    expect(raw.output).toEqual(['output', ['batch', 3]]);
    expect(JSON.parse(raw.metadata.classes)).toEqual(['a', 'b', 'c']);
    expect(JSON.parse(raw.metadata.metrics)).toEqual({ val_accuracy: 0.5 });
    for (const { outputs } of [first, raw]) expect(largestDifference(outputs, expected)).toBeLessThan(1e-5);
    model.dispose();
  });

  it('runs int8 models on whole numbers, as tfjs simulates them', async () => {
    const cases: { name: string; model: Uint8Array; inputs: Float32Array; expected: Float32Array }[] = [];
    for (const { name, features, build } of catalogNets) {
      const model = await shaken(build());
      const { simulated, packed } = await quantizedNet(model, features);
      const inputs = randomInputs(features, 64);
      const expected = await tfjsOutputs(simulated, features, inputs);
      const { bytes, precision } = await toOnnx(packed);
      expect(precision).toBe('int8');
      cases.push({ name, model: bytes, inputs, expected });
      model.dispose();
      simulated.dispose();
    }
    const rows = runInPython(cases).map(({ outputs, optimized }, i) => {
      const { name, expected } = cases[i];
      const differences = outputs.map((value, at) => Math.abs(value - expected[at]));
      const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
      const whole = optimized.filter((operator) => operator === 'QLinearConv' || operator === 'QGemm').length;
      return {
        name,
        mean,
        largest: Math.max(...differences),
        whole,
        float: optimized.filter((one) => /^(Fused)?Conv$|^Gemm$/.test(one)).length,
      };
    });
    console.table(rows);
    // The bias is a whole number too, so a sum near the middle of two may be rounded to the other one; deep nets of random weights carry
    // such a step (1/127 of a layer's range) on to the next.
    expect(rows.filter(({ mean, largest }) => !(mean < 5e-3 && largest < 0.1))).toEqual([]);
    // In a plain chain of layers with ReLU everything is computed on whole numbers.
    for (const { name, float } of rows) if (/^(lenet5|lenet-300-100|mlp|vgg-small)$/.test(name)) expect(float).toBe(0);
  });
});
