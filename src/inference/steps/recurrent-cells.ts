import type { Address } from '../../kernels/address.ts';
import type { EngineKernels } from '../../kernels/engine-kernels.ts';
import { type Activation, activate } from '../activation.ts';
import { type CopyCounts, copyCounts } from '../copy-step.ts';
import { perBatch } from '../per-batch.ts';
import { place } from '../step.ts';

export type RecurrentKind = 'simple' | 'gru' | 'lstm';

/** What a cell is made of. */
interface CellParts {
  readonly kernels: EngineKernels;
  readonly units: number;
  /** `[units, gates * units]` */
  readonly weights: Float32Array;
  /** Of a GRU that resets after its product: `[3 * units]`. */
  readonly bias: Float32Array | undefined;
  /** Of what is remembered, and of the gates. */
  readonly activations: readonly [Activation, Activation];
}

/** One moment: all are `[batch, units]`, the gates one behind the other. */
interface Moment {
  readonly batch: number;
  /** What the inputs give; overwritten. */
  readonly gates: Address;
  /** What the moment before gave; and this one gives. */
  readonly hidden: Address;
  readonly state: Address;
  readonly scratch: Address;
}

interface Cell {
  scratchBytes(batch: number): number;
  run(moment: Moment): void;
}

/** Numbers of `combineAll`. */
const [add, multiply, subtract] = [0, 1, 4];

/** How one moment follows from the one before, by the kind of layer. */
export const cells: Readonly<Record<RecurrentKind, (parts: CellParts) => Cell>> = {
  /** h = activation(x + h U) */
  simple({ kernels, units, weights, activations: [activation] }) {
    const product = gateProduct(kernels, { units, weights, first: 0, gates: 1 });
    const combine = combining(kernels, units);
    return {
      scratchBytes: product.bytes,
      run({ batch, gates, hidden, scratch }) {
        combine(batch, add, gates, product.run(batch, hidden, scratch), hidden);
        activate(kernels, activation, hidden, hidden, batch, units);
      },
    };
  },

  /** Gates z, r and what is proposed (Cho et al., 2014): h = z h + (1 - z) proposed. */
  gru({ kernels, units, weights, bias, activations: [activation, gateActivation] }) {
    const isReset = bias !== undefined;
    const product = gateProduct(kernels, { units, weights, bias, first: 0, gates: isReset ? 3 : 2 });
    const proposal = isReset ? undefined : gateProduct(kernels, { units, weights, first: 2, gates: 1 });
    const combine = combining(kernels, units);
    return {
      scratchBytes: (batch) => product.bytes(batch) + 16 * batch * units + (proposal?.bytes(batch) ?? 0),
      run({ batch, gates, hidden, scratch }) {
        const bytes = 4 * batch * units;
        const [update, reset, proposed] = [gates, gates + bytes, gates + 2 * bytes];
        const products = product.run(batch, hidden, scratch);
        combine(2 * batch, add, gates, products, gates);
        activate(kernels, gateActivation, gates, gates, 2 * batch, units);
        if (proposal) {
          const own = scratch + product.bytes(batch);
          combine(batch, multiply, reset, hidden, own);
          combine(batch, add, proposed, proposal.run(batch, own, own + 16 * batch * units), proposed);
        } else {
          combine(batch, multiply, reset, products + 2 * bytes, reset);
          combine(batch, add, proposed, reset, proposed);
        }
        activate(kernels, activation, proposed, proposed, batch, units);
        combine(batch, subtract, hidden, proposed, hidden);
        combine(batch, multiply, update, hidden, update);
        combine(batch, add, update, proposed, hidden);
      },
    };
  },

  /** Gates i, f, what is proposed, and o (Hochreiter and Schmidhuber, 1997; Gers et al., 2000): c = f c + i proposed, h = o activation(c). */
  lstm({ kernels, units, weights, activations: [activation, gateActivation] }) {
    const product = gateProduct(kernels, { units, weights, first: 0, gates: 4 });
    const combine = combining(kernels, units);
    return {
      scratchBytes: product.bytes,
      run({ batch, gates, hidden, state, scratch }) {
        const [input, forget, proposed, output] = [0, 1, 2, 3].map((gate) => gates + 4 * gate * batch * units);
        combine(4 * batch, add, gates, product.run(batch, hidden, scratch), gates);
        activate(kernels, gateActivation, input, input, 2 * batch, units);
        activate(kernels, activation, proposed, proposed, batch, units);
        activate(kernels, gateActivation, output, output, batch, units);
        combine(batch, multiply, forget, state, forget);
        combine(batch, multiply, input, proposed, input);
        combine(batch, add, forget, input, state);
        activate(kernels, activation, state, input, batch, units);
        combine(batch, multiply, output, input, hidden);
      },
    };
  },
};

function combining({ exports }: EngineKernels, units: number) {
  return (rows: number, operation: number, a: Address, b: Address, output: Address) =>
    exports.combineAll(rows * units, a, b, output, operation, 0);
}

/** What is remembered times the weights of some gates: `[gates, batch, units]`. */
function gateProduct(
  kernels: EngineKernels,
  { units, weights, bias, first, gates }: { units: number; weights: Float32Array; bias?: Float32Array; first: number; gates: number },
) {
  const { exports, heap } = kernels;
  const [n, all] = [gates * units, weights.length / units];
  const own = new Float32Array(units * n);
  for (let row = 0; row < units; row++) own.set(weights.subarray(row * all + first * units, row * all + first * units + n), row * n);
  const packed = heap.allocate(kernels.packedBytes(units, n));
  kernels.packWeights({ k: units, n, weights: own, target: packed });
  const paddedBias = bias && new Float32Array(Math.ceil(n / 8) * 8);
  paddedBias?.set(bias as Float32Array);
  const biasAt = paddedBias ? place(kernels, paddedBias) : 0;
  const productBytes = (batch: number) => (4 * batch * n + 15) & ~15;
  const sized = perBatch((batch) => {
    const axes = [{ length: gates, from: units, to: batch * units }, { length: batch, from: n, to: units }, { length: units, from: 1, to: 1 }]; // biome-ignore format: one line
    return exports.copyRuns.bind(undefined, ...(copyCounts(axes) as CopyCounts));
  });
  return {
    bytes: (batch: number) => 2 * productBytes(batch) + exports.gemmScratchBytes(batch, units, 0),
    run(batch: number, hidden: Address, at: Address): Address {
      const [rows, byGate] = [at, at + productBytes(batch)];
      exports.gemm(batch, n, units, hidden, 0, packed, rows, biasAt, 0, 0, byGate + productBytes(batch));
      if (batch === 1 || gates === 1) return rows;
      sized(batch)(rows, byGate);
      return byGate;
    },
  };
}
