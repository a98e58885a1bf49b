/** Where the values that a layout keeps lie in the weight. */
export class KeptPositions {
  readonly shape: readonly number[];
  /** Row after row, the last axis fastest; undefined where all are kept. */
  readonly positions: Uint32Array | undefined;
  /** How many there are. */
  readonly count: number;

  constructor(shape: readonly number[], positions?: Uint32Array) {
    this.shape = shape;
    this.positions = positions;
    this.count = positions ? positions.length : shape.reduce((product, size) => product * size, 1);
  }

  /** For each value its index along an axis: the channel it belongs to. */
  indexAlong(axis: number): Uint32Array {
    const size = this.shape[axis];
    const stride = this.shape.slice(axis + 1).reduce((product, one) => product * one, 1);
    const indices = new Uint32Array(this.count);
    const { positions } = this;
    if (positions) {
      for (let i = 0; i < indices.length; i++) indices[i] = Math.floor(positions[i] / stride) % size;
      return indices;
    }
    for (let i = 0, index = 0; i < indices.length; index = index + 1 === size ? 0 : index + 1) {
      for (const end = i + stride; i < end; i++) indices[i] = index;
    }
    return indices;
  }
}
