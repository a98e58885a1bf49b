import type { Address } from '../kernels/address.ts';
import type { EngineKernels } from '../kernels/engine-kernels.ts';
import type { LayerConfig } from './layer-config.ts';
import { perBatch } from './per-batch.ts';
import { type Step, sizeOf } from './step.ts';

/** An axis along which values are copied. */
export interface CopiedAxis {
  readonly length: number;
  /** Floats from one place to the next in what is read; 0 repeats it, a negative number runs backwards. */
  readonly from: number;
  /** And in what is written. */
  readonly to: number;
}

/** What `copyRuns` takes before its addresses. */
export type CopyCounts =
  Parameters<EngineKernels['exports']['copyRuns']> extends [...infer Counts extends number[], number, number] ? Counts : never;
const mostLoops = 4;

/**
 * The numbers of `copyRuns` for axes, the outermost first: neighbours that lie together on both sides become one, values side by side a run.
 * @returns undefined where more loops are left than the kernel has
 */
export function copyCounts(axes: readonly CopiedAxis[]): CopyCounts | undefined {
  const loops: CopiedAxis[] = [];
  for (const axis of [...axes, { length: 1, from: 1, to: 1 }]) {
    const outer = loops.at(-1);
    const isTogether = outer && outer.from === axis.length * axis.from && outer.to === axis.length * axis.to;
    if (outer?.length === 1 || isTogether) loops.pop();
    loops.push(isTogether ? { ...axis, length: outer.length * axis.length } : axis);
  }
  const run = loops.pop() as CopiedAxis;
  if (loops.length > mostLoops) return undefined;
  const padded = [...Array.from({ length: mostLoops - loops.length }, () => ({ length: 1, from: 0, to: 0 })), ...loops];
  return [
    ...padded.map(({ length }) => length),
    run.length,
    ...padded.map(({ from }) => from),
    ...padded.map(({ to }) => to),
  ] as CopyCounts;
}

/** What a step copies. */
export interface Copies {
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Of one sample, the outermost first. */
  readonly axes: readonly CopiedAxis[];
  /** Floats of a sample before the first place that is read, and before the first that is written. @default 0 */
  readonly first?: { readonly from?: number; readonly to?: number };
}

/** A step that only copies; what nothing is copied to is 0. @throws DlError `refused` where it would take too many loops */
export function copyStep(kind: string, layer: LayerConfig, { inputShape, outputShape, axes, first = {} }: Copies): Step {
  const [inputSize, outputSize] = [sizeOf(inputShape), sizeOf(outputShape)];
  const countsOf = (batch: number) => copyCounts([{ length: batch, from: inputSize, to: outputSize }, ...axes]);
  if (!countsOf(2)) throw layer.unsupported(`moves the axes of [${inputShape}] in more ways than the engine does at once`);
  const isWhole = axes.reduce((product, { length }) => product * length, 1) === outputSize;
  return {
    kind,
    layers: [layer.name],
    outputShape,
    multiplyAdds: 0,
    compile({ exports }) {
      const sized = perBatch((batch) => exports.copyRuns.bind(undefined, ...(countsOf(batch) as CopyCounts)));
      const [from, to] = [4 * (first.from ?? 0), 4 * (first.to ?? 0)];
      return ([input]: readonly Address[], output: Address, batch: number) => {
        if (!isWhole) exports.clear(batch * outputSize, output);
        sized(batch)(input + from, output + to);
      };
    },
  };
}

/** For each axis of a shape: the values from one place to the next. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}
