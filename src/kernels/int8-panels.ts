/** Weights of an int8 product in whole numbers, and what makes float32 of its sums. */
export interface Int8Weights {
  /** Rows of a filter; 1 for a dense layer. */
  readonly segments: number;
  /** Inputs of a filter's row: filterWidth * inChannels. */
  readonly segmentLength: number;
  /** `[segments, segmentLength, n]`: -127 to 127 */
  readonly numbers: Int8Array;
  /** `[n]` */
  readonly scales: Float32Array;
  /** `[n]` */
  readonly bias: Float32Array;
}

/** What the compiled kernels want. */
export interface Int8PanelOptions {
  /** Numbers that are multiplied at once, as `int8GroupNumbers` says: 4 of 8 bits or 2 of 16. */
  readonly group: number;
  /** Whether groups should be added up in pairs; only those of 8 bits are. */
  readonly pairs: boolean;
}

/** How a panel's groups are multiplied, as in kernels/wasm/int8-tiles.ts. */
const ways = { atOnce: 0, inPairs: 1, oneByOne: 2 } as const;

/** Columns of a panel; the last one has half as many where that is enough. */
const panelColumns = 8;
const headBytes = 112;
const extraBytes = 48;
/** The largest sum of weights that stays in 16 bits when each is multiplied by 127. */
const largestSum = Math.floor(32767 / 127);
/** With more extra groups than this share, pairs are slower than single groups. */
const mostExtras = 1 / 4;

/** The panels that `int8Conv2d` reads, one after the other; kernels/wasm/int8-tiles.ts describes them. */
export function int8Panels(weights: Int8Weights, options: Int8PanelOptions): Uint8Array {
  const n = weights.scales.length;
  const panels = Array.from({ length: Math.ceil(n / panelColumns) }, (_, panel) => panelOf(weights, panel * panelColumns, options));
  const bytes = new Uint8Array(panels.reduce((sum, panel) => sum + panel.length, 0));
  let end = 0;
  for (const panel of panels) {
    bytes.set(panel, end);
    end += panel.length;
  }
  return bytes;
}

function panelOf({ segments, segmentLength, numbers, scales, bias }: Int8Weights, first: number, options: Int8PanelOptions): Uint8Array {
  const { group, pairs } = options;
  const n = scales.length;
  const columns = Math.min(panelColumns, n - first);
  const width = columns > panelColumns / 2 ? panelColumns : panelColumns / 2;
  const groups = Math.ceil(segmentLength / group);
  const weights = new (group === 4 ? Int8Array : Int16Array)(segments * groups * width * group);
  const sums = new Int32Array(panelColumns);
  for (let segment = 0; segment < segments; segment++) {
    for (let step = 0; step < segmentLength; step++) {
      const from = (segment * segmentLength + step) * n + first;
      const to = (segment * groups + Math.floor(step / group)) * width * group + (step % group);
      for (let column = 0; column < columns; column++) {
        weights[to + column * group] = numbers[from + column];
        sums[column] += numbers[from + column];
      }
    }
  }
  const paired = pairs && group === 4 && width === panelColumns ? pairedGroups(weights, groups) : undefined;
  const fits = paired !== undefined && paired.extras.size <= mostExtras * segments * groups;
  const way = fits ? 'inPairs' : paired ? 'oneByOne' : 'atOnce';
  const extras = fits ? [...paired.extras] : [];
  const placed = fits ? paired.weights : weights;
  const bytes = new Uint8Array(headBytes + placed.byteLength + extraBytes * extras.length);
  const floats = new Float32Array(bytes.buffer, 0, headBytes / 4);
  floats.set(scales.subarray(first, first + columns), panelColumns);
  floats.set(bias.subarray(first, first + columns), 2 * panelColumns);
  const integers = new Int32Array(bytes.buffer, 0, headBytes / 4);
  integers.set(sums);
  integers.set([ways[way], extras.length], 3 * panelColumns);
  bytes.set(new Uint8Array(placed.buffer), headBytes);
  extras.forEach(([at, rest], index) => {
    const start = headBytes + placed.byteLength + extraBytes * index;
    new Int32Array(bytes.buffer, start, 2).set([Math.floor(at / groups), 4 * (at % groups)]);
    bytes.set(new Uint8Array(rest.buffer), start + 16);
  });
  return bytes;
}

/** Weights of which any two groups' products, added up in 16 bits, stay there, and by group what was taken away for it. */
interface PairedGroups {
  readonly weights: Int8Array;
  readonly extras: ReadonlyMap<number, Int8Array>;
}

/** In a panel of eight columns. A lane of 16 bits adds up two products of each group; what is too much is taken from the second one. */
function pairedGroups(whole: ArrayLike<number>, groups: number): PairedGroups {
  const step = 4 * panelColumns;
  const weights = Int8Array.from(whole);
  const extras = new Map<number, Int8Array>();
  for (let second = 1; second * step < weights.length; second++) {
    if ((second % groups) % 2 === 0) continue;
    const start = second * step;
    for (let lane = start; lane < start + step; lane += 2) {
      for (const sign of [1, -1]) {
        const part = (index: number) => Math.max(0, sign * weights[index]);
        let excess = part(lane - step) + part(lane - step + 1) + part(lane) + part(lane + 1) - largestSum;
        for (const index of [lane, lane + 1]) {
          const taken = Math.min(excess, part(index));
          if (taken <= 0) continue;
          const rest = extras.get(second) ?? new Int8Array(step);
          extras.set(second, rest);
          rest[index - start] = sign * taken;
          weights[index] -= sign * taken;
          excess -= taken;
        }
      }
    }
  }
  return { weights, extras };
}
