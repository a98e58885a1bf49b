// Predicts with one engine: `inference-program.ts <engine> <packed file> <ONNX file>`. A line with a batch size is answered with microseconds
// a call; `check` with a number that depends on every output, which has to be the same for all engines.
import { RandomStream } from '../../src/core/random.ts';
import { type EngineName, loadEngine } from './inference-engines.ts';
import { median } from './interleave.ts';
import { answerMeasurements } from './measuring-process.ts';

const warmUpMilliseconds = 300;
const measurementMilliseconds = 30;
/** Of one slice; a measurement is the median of its slices: where others share the machine, most of them ran undisturbed. */
const sliceMilliseconds = 1;

const [name, packed, onnx] = process.argv.slice(2);
const { inputShape, channelsFirst, predict } = await loadEngine(name as EngineName, { packed, onnx });
const size = inputShape.reduce((product, length) => product * length, 1);
const warm = new Set<string>();

await answerMeasurements(async (what) => {
  if (what === 'check') return checkSum();
  const batch = Number(what);
  const inputs = drawInputs(batch);
  if (!warm.has(what)) await measure(inputs, batch, warmUpMilliseconds);
  warm.add(what);
  return measure(inputs, batch, measurementMilliseconds);
});

async function measure(inputs: Float32Array, batch: number, milliseconds: number): Promise<number> {
  const slices: number[] = [];
  for (const start = performance.now(); performance.now() - start < milliseconds; ) slices.push(await timeOfCall(inputs, batch));
  return median(slices);
}

async function timeOfCall(inputs: Float32Array, batch: number): Promise<number> {
  const start = performance.now();
  let calls = 0;
  for (; performance.now() - start < sliceMilliseconds; calls++) {
    const outputs = predict(inputs, batch);
    if (outputs instanceof Promise) await outputs;
  }
  return (1000 * (performance.now() - start)) / calls;
}

async function checkSum(): Promise<number> {
  const outputs = await predict(drawInputs(2), 2);
  return outputs.reduce((sum, value, index) => sum + value * Math.cos(index), 0);
}

function drawInputs(batch: number): Float32Array {
  const random = new RandomStream(1);
  const inputs = Float32Array.from({ length: batch * size }, () => random.uniform());
  return channelsFirst && inputShape.length === 3 ? transposed(inputs, inputShape[2]) : inputs;
}

/** `[batch, pixels, channels]` to `[batch, channels, pixels]` */
function transposed(values: Float32Array, channels: number): Float32Array {
  const pixels = size / channels;
  return values.map((_, index) => {
    const image = Math.floor(index / size);
    const [channel, pixel] = [Math.floor((index % size) / pixels), index % pixels];
    return values[image * size + pixel * channels + channel];
  });
}
