import { DlError } from '../../core/errors.ts';
import { bitmapOf, markedIn } from '../bits.ts';
import type { Layout } from '../stored-form.ts';

const blockLength = 4;

/**
 * Blocks of 4 neighbours in a row (in a column, when read along the columns), and one bit per block that says whether it is there;
 * for weights that were pruned in blocks (Elsen et al., "Fast sparse ConvNets", 2020). The last block of a row may be shorter.
 */
export const blocksLayout: Layout = {
  name: 'blocks',
  alongColumns: true,
  encode: ({ words, nonZero, rowLength }) => {
    if (rowLength < blockLength) return [];
    const perRow = Math.ceil(rowLength / blockLength);
    const blocks = new Set<number>();
    for (const position of nonZero) {
      blocks.add(Math.floor(position / rowLength) * perRow + Math.floor((position % rowLength) / blockLength));
    }
    const bitmap = bitmapOf([...blocks], (words.length / rowLength) * perRow);
    return [{ parameters: [blockLength], parts: [{ symbols: bitmap, bits: 8 }], kept: positionsIn(markedIn(bitmap), rowLength) }];
  },
  decode: (parts, [length4], { length, rowLength }) => {
    if (length4 !== blockLength || rowLength === 0) throw new DlError('file', `its blocks have ${length4} positions; allowed are 4`);
    const blockCount = (length / rowLength) * Math.ceil(rowLength / blockLength);
    const blocks = markedIn(parts.symbols(Math.ceil(blockCount / 8), 8));
    if (blocks.length > 0 && blocks[blocks.length - 1] >= blockCount) {
      throw new DlError('file', `its bitmap marks block ${blocks[blocks.length - 1]} of ${blockCount}`);
    }
    return positionsIn(blocks, rowLength);
  },
};

function positionsIn(blocks: Uint32Array, rowLength: number): Uint32Array {
  const perRow = Math.ceil(rowLength / blockLength);
  const positions = new Uint32Array(blocks.length * blockLength);
  let used = 0;
  for (const block of blocks) {
    const start = (block % perRow) * blockLength;
    const end = Math.min(start + blockLength, rowLength);
    const row = Math.floor(block / perRow) * rowLength;
    for (let place = start; place < end; place++) positions[used++] = row + place;
  }
  return positions.subarray(0, used);
}
