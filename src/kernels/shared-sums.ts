import type { PlaneShape } from './plane-shape.ts';
import { findWeights, type SparseLists, sparseLists } from './sparse-lists.ts';

/** Weights `[k, n]` whose values are by output the scale times 1, -ratio or 0. */
export interface FewWeights {
  readonly weights: Float32Array;
  /** `[n]` */
  readonly scales: Float32Array;
  readonly bias: Float32Array;
}

/** How inputs are added up to sums that outputs share; as in wasm/shared-sums.ts. */
export interface SumGroups {
  /** Inputs of a group. */
  readonly inputs: 2 | 4;
  /** Sums that are made of them. */
  readonly sums: 5 | 8;
}

/** Which planes are added up: all four of a group with two values, else two and two. */
export function sumGroups(hasOnlySigns: boolean): SumGroups {
  return hasOnlySigns ? { inputs: 4, sums: 8 } : { inputs: 2, sums: 5 };
}

/**
 * Lists for the sums of planes in place of those for the planes.
 * @param planes those of the inputs, whose rows of weights are `filterHeight` times as many
 */
export function sharedLists({ weights, scales }: FewWeights, { inputs, sums }: SumGroups, planes: PlaneShape): SparseLists {
  const { count, planeBytes, offset } = planes;
  const n = scales.length;
  const groups = Math.ceil(count / inputs);
  const filterRows = weights.length / (count * n);
  // Of each group's sums an output has one, with a weight.
  const summed = new Float32Array(filterRows * groups * sums * n);
  for (let v = 0; v < filterRows; v++) {
    for (let group = 0; group < groups; group++) {
      const first = (v * count + group * inputs) * n;
      const end = first + Math.min(inputs, count - group * inputs) * n;
      for (let output = 0; output < n; output++) {
        const at = first + output;
        const target = (v * groups + group) * sums * n + output;
        if (inputs === 4) {
          let sum = 0;
          for (let next = at + n, bit = 1; next < end; next += n, bit *= 2) if (weights[next] !== weights[at]) sum += bit;
          summed[target + sum * n] = weights[at];
        } else {
          const [a, b] = [weights[at], at + n < end ? weights[at + n] : 0];
          const sum = b === 0 ? 0 : a === 0 ? 1 : a === b ? 2 : a === scales[output] ? 3 : 4;
          summed[target + sum * n] = sum === 1 || sum === 4 ? b : a;
        }
      }
    }
  }
  const rowOffset = (row: number) => {
    const v = Math.floor(row / (groups * sums));
    return (row % (groups * sums)) * planeBytes + offset(v * count);
  };
  return sparseLists(findWeights(summed, n), { outputs: 1, group: 1, offset: rowOffset });
}

/**
 * Which of the four sums of a pair of inputs each output takes: the places of a float's four bytes, four outputs together, and 24 outputs of
 * a pair behind each other while there are as many left.
 */
export function pairChoices({ weights, scales }: FewWeights): Uint32Array {
  const n = scales.length;
  const [k, columns] = [weights.length / n, 4 * Math.ceil(n / 4)];
  const pairs = Math.ceil(k / 2);
  const choices = new Uint32Array(columns * pairs);
  for (let first = 0, at = 0; first < columns; ) {
    const end = first + (n - first >= 24 ? 24 : 4);
    for (let row = 0; row < k; row += 2) {
      for (let output = first; output < end; output++, at++) {
        const isFirstOther = output < n && weights[row * n + output] !== scales[output];
        const isSecondOther = output < n && row + 1 < k && weights[(row + 1) * n + output] !== scales[output];
        choices[at] = firstFloat + nextFloat * (2 * Number(isFirstOther) + Number(isSecondOther));
      }
    }
    first = end;
  }
  return choices;
}

/** The places of the bytes of a vector's first float, and how much further those of the next are. */
const [firstFloat, nextFloat] = [0x03020100, 0x04040404];

/** By four outputs their scales, then their bias. */
export function sumPanels({ scales, bias }: FewWeights): Float32Array {
  const panels = new Float32Array(8 * Math.ceil(scales.length / 4));
  scales.forEach((scale, output) => {
    const at = 8 * Math.floor(output / 4) + (output % 4);
    panels[at] = scale;
    panels[at + 4] = bias[output];
  });
  return panels;
}
