import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { type ExportOnnxOptions, toOnnx } from '../../../src/export/index.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { describeWith, onnxruntimePackages, python, pythonCommand } from '../../support/requirements.ts';
import { causalConvolution, resettingGru, softmaxOver } from './changed-nets.ts';
import {
  catalogNets,
  engineNets,
  image,
  largestDifference,
  otherNets,
  randomInputs,
  type SampleNet,
  shaken,
  tfjsOutputs,
  wrappedNets,
  writtenNets,
} from './nets.ts';
import { quantizedNet } from './quantized-net.ts';

interface OnnxRun {
  readonly outputs: Float32Array;
  readonly input: readonly [string, readonly (number | string)[]];
  readonly output: readonly [string, readonly (number | string)[]];
  readonly metadata: Readonly<Record<string, string>>;
  /** The operators that are left when onnxruntime has merged what it can. */
  readonly optimized: readonly string[];
}

interface OnnxCase {
  readonly model: Uint8Array;
  readonly inputs: Float32Array;
}

/** Runs models in Python's onnxruntime, after ONNX's own checker. */
function runInPython(cases: readonly OnnxCase[]): OnnxRun[] {
  const script = join(import.meta.dirname, 'run_onnx.py');
  return run(cases, (folder) => JSON.parse(execFileSync(pythonCommand, ['-B', script, folder], { encoding: 'utf8' })));
}

/** Runs models in a package from npm. */
function runInNode(name: string, cases: readonly OnnxCase[]): OnnxRun[] {
  const script = join(import.meta.dirname, 'run-onnxruntime.mjs');
  return run(cases, (folder) => {
    execFileSync(process.execPath, [script, folder, name], { stdio: ['ignore', 'ignore', 'inherit'] });
    return cases.map(() => ({}) as OnnxRun);
  });
}

/** @param start computes `<number>.out` from `<number>.onnx` and `<number>.in` of the folder */
function run(cases: readonly OnnxCase[], start: (folder: string) => OnnxRun[]): OnnxRun[] {
  const folder = mkdtempSync(join(tmpdir(), 'dl-onnx-'));
  try {
    cases.forEach(({ model, inputs }, i) => {
      writeFileSync(join(folder, `${i}.onnx`), model);
      writeFileSync(join(folder, `${i}.in`), inputs);
    });
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases.map((_, i) => [`${i}.onnx`, `${i}.in`, `${i}.out`])));
    const told = start(folder);
    return cases.map((_, i) => ({ ...told[i], outputs: new Float32Array(new Uint8Array(readFileSync(join(folder, `${i}.out`))).buffer) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface NetCase extends OnnxCase {
  readonly name: string;
  readonly expected: Float32Array;
}

/** Nets in float32, with what tfjs computes. */
async function floatCases(nets: readonly SampleNet[]): Promise<NetCase[]> {
  const cases: NetCase[] = [];
  for (const { name, features, build } of nets) {
    const model = await shaken(build());
    const inputs = randomInputs(features, 5);
    const expected = await tfjsOutputs(model, features, inputs);
    const { bytes } = await toOnnx(await packModel(model, { features }));
    cases.push({ name, model: bytes, inputs, expected });
    model.dispose();
  }
  return cases;
}

/** The models of the catalogue in int8, with what tfjs computes where it rounds as an integer engine would. */
async function int8Cases(): Promise<NetCase[]> {
  const cases: NetCase[] = [];
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
  return cases;
}

function expectFloat(cases: readonly NetCase[], runs: readonly OnnxRun[]): void {
  const differences = runs.map(({ outputs }, i) => {
    const { name, expected } = cases[i];
    const size = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1); // sums of 100 end at 1e-5, as float32 has them
    return [name, largestDifference(outputs, expected) / size] as const;
  });
  console.log(`float32: largest difference from tfjs ${Math.max(...differences.map(([, difference]) => difference))}`);
  expect(differences.filter(([, difference]) => !(difference < 1e-5))).toEqual([]);
}

/**
 * The bias is a whole number too, so a sum near the middle of two may be rounded to the other one; deep nets of random weights carry such a
 * step (1/127 of a layer's range) on to the next.
 */
function expectInt8(cases: readonly NetCase[], runs: readonly OnnxRun[]): void {
  const rows = runs.map(({ outputs }, i) => {
    const differences = outputs.map((value, at) => Math.abs(value - cases[i].expected[at]));
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    return { name: cases[i].name, mean, largest: Math.max(...differences) };
  });
  console.table(rows);
  expect(rows.filter(({ mean, largest }) => !(mean < 5e-3 && largest < 0.1))).toEqual([]);
}

beforeAll(async () => void (await useBackend()));

describeWith(python('onnxruntime', 'onnx onnxruntime'), "Python's onnxruntime", () => {
  it('gives what tfjs gives, to 1e-5: every model of the catalogue and every layer', async () => {
    const cases = await floatCases([...catalogNets, ...engineNets, ...otherNets, ...writtenNets, ...wrappedNets]);
    expectFloat(cases, runInPython(cases));
  });

  it('gives what the engine gives where tfjs cannot: a softmax over any axis, a GRU that resets after its product, causal convolutions', async () => {
    const nets = [
      softmaxOver(1),
      softmaxOver(2),
      resettingGru(),
      causalConvolution(1, 1),
      causalConvolution(2, 1),
      causalConvolution(1, 3),
    ];
    const cases: NetCase[] = [];
    for (const [index, { features, bytes }] of (await Promise.all(nets)).entries()) {
      const inputs = randomInputs(features, 3);
      const expected = (await loadModel(bytes)).compute(inputs);
      cases.push({ name: `${index}`, model: (await toOnnx(bytes)).bytes, inputs, expected });
    }
    expectFloat(cases, runInPython(cases));
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
    const cases: OnnxCase[] = [];
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
    const cases = await int8Cases();
    const runs = runInPython(cases);
    expectInt8(cases, runs);
    // In a plain chain of layers with ReLU nothing is left that computes in float.
    runs.forEach(({ optimized }, i) => {
      if (!/^(lenet5|lenet-300-100|mlp|vgg-small)$/.test(cases[i].name)) return;
      expect(optimized.filter((operator) => /^(Fused)?(Conv|Gemm)$/.test(operator))).toEqual([]);
      expect(optimized.filter((operator) => /^(QLinearConv|QGemm)$/.test(operator)).length).toBeGreaterThan(2);
    });
  });
});

describeWith(onnxruntimePackages, 'onnxruntime from npm', () => {
  it('gives what tfjs gives: every model of the catalogue, float32 and int8, in onnxruntime-web and onnxruntime-node', async () => {
    const [float, int8] = [await floatCases([...catalogNets, ...otherNets, ...writtenNets, ...wrappedNets]), await int8Cases()];
    for (const name of ['onnxruntime-web', 'onnxruntime-node']) {
      expectFloat(float, runInNode(name, float));
      expectInt8(int8, runInNode(name, int8));
    }
  });
});
