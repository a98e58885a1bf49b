import { DlError } from '../../core/errors.ts';
import { RandomStream } from '../../core/random.ts';
import { measureKernels } from '../../inference/autotune.ts';
import { Model } from '../../inference/model.ts';
import { EngineKernels, engineBytes } from '../../kernels/engine-kernels.ts';
import type { EngineExports } from '../../kernels/kernel-exports.ts';
import { OwnHeap } from '../../kernels/own-heap.ts';
import { readModelFile } from '../../packed/read-model-file.ts';
import { linkModule } from './link-module.ts';
import { memorySegments } from './memory-segments.ts';
import { recordingExports } from './record-calls.ts';

export interface CompileModelOptions {
  /** `relaxed-simd` needs a JavaScript engine that has it, where it runs and where it is compiled. @default 'simd', which runs everywhere */
  readonly flavour?: 'simd' | 'relaxed-simd';
}

/** A recurrent layer takes a dozen for each moment of its sequence. */
const mostCalls = 20_000;

/** What `loadCompiled` reads in the module's section `dl-project`. */
export interface CompiledDescription {
  readonly version: 1;
  readonly features: unknown;
  readonly metrics: Readonly<Record<string, number>>;
  /** Addresses, in bytes, of the input and the output of one sample. */
  readonly input: number;
  readonly output: number;
}

/**
 * Makes WebAssembly for one model: only the kernels that it needs, its shapes as constants, its weights as data. `loadCompiled` of
 * `dl-project/compiled` runs it, one sample after the other.
 *
 * @param file the bytes of a packed model
 * @throws DlError `missing` where binaryen is not installed, `refused` for layers that the engine does not run and for sequences of too many moments, `file` as `loadModel`
 */
export async function compileModel(file: Uint8Array, { flavour = 'simd' }: CompileModelOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const content = readModelFile(file);
  const kernels = await engineBytes(flavour);
  let heap = new OwnHeap();
  if (!WebAssembly.validate(kernels)) {
    throw new DlError('missing', `This JavaScript engine does not compile ${flavour}. Type: flavour=simd, or use Node 24.`);
  }
  const choices = await measureKernels(content, flavour);
  const build = async (scratchBytes: number) => {
    const { instance } = await WebAssembly.instantiate(kernels, { env: { memory: heap.memory } });
    const recording = recordingExports(instance.exports as unknown as EngineExports);
    const engine = new EngineKernels(flavour, recording.exports, heap);
    engine.scratch.reserve(scratchBytes);
    const model = new Model(content, engine, { choices, samplesAtOnce: 1 });
    model.compute(drawSample(model, 0)); // takes all the memory there is to take
    return { recording, engine, model };
  };
  // Built a second time with the scratch memory that the first one came to: pieces that were outgrown would be data of the file.
  const { sizeBytes } = (await build(0)).engine.scratch;
  heap = new OwnHeap();
  const { recording, engine, model } = await build(sizeBytes);
  const sample = drawSample(model, 0);
  const calls = recording.record(() => void model.compute(sample));
  if (calls.length > mostCalls) {
    const instead = 'loadModel of dl-project/inference runs it';
    throw new DlError(
      'refused',
      `This model takes ${calls.length} calls for one sample, more than the ${mostCalls} that are compiled; ${instead}.`,
    );
  }
  const { input, output } = model.addresses;
  // Weights, and nothing of the sample.
  model.compute(new Float32Array(sample.length));
  engine.scratch.erase();
  const memory = new Uint8Array(heap.memory.buffer);
  const description: CompiledDescription = { version: 1, features: content.features, metrics: content.metrics, input, output };
  const compiled = await linkModule({
    kernels,
    calls,
    segments: memorySegments(memory),
    memoryBytes: memory.length,
    sections: { 'dl-project': new TextEncoder().encode(JSON.stringify(description)) },
  });
  await requireEqual(compiled, model, description);
  return compiled;
}

/** The module must give the engine's bits: what was not recorded, as it is computed in JavaScript, would show here. */
async function requireEqual(compiled: Uint8Array<ArrayBuffer>, model: Model, { input, output }: CompiledDescription): Promise<void> {
  const { instance } = await WebAssembly.instantiate(compiled);
  const { memory, run } = instance.exports as unknown as { memory: WebAssembly.Memory; run(): void };
  for (const seed of [1, 2, 3]) {
    const sample = drawSample(model, seed);
    const expected = model.compute(sample);
    new Float32Array(memory.buffer, input, sample.length).set(sample);
    run();
    const actual = new Float32Array(memory.buffer, output, expected.length);
    if (actual.some((value, i) => !Object.is(value, expected[i]))) {
      throw new DlError('refused', 'The compiled model does not give what the engine gives. loadModel of dl-project/inference runs it.');
    }
  }
}

function drawSample({ features }: Model, seed: number): Float32Array {
  const random = new RandomStream(seed, 'compile');
  return Float32Array.from({ length: features.inputShape.reduce((product, length) => product * length, 1) }, () => random.uniform(-1, 1));
}
