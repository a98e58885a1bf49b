import type { CompressionResult, CompressionRow } from '../compression/compression-result.ts';

/** The file after a step that made it smaller. */
export interface Stage {
  /** `raw`, then the label of the step. */
  readonly title: string;
  /** Bytes of each layer's kernel. */
  readonly kernels: Readonly<Record<string, number>>;
  /** Bytes of everything else: biases, BatchNorm, topology and header. */
  readonly rest: number;
  /** Of the file. */
  readonly bytes: number;
}

/** The stages of a file: as trained, after each step that made it smaller, and as it is at the end. */
export function stagesOf({ rows, layers, rest }: Pick<CompressionResult, 'rows' | 'layers' | 'rest'>): Stage[] {
  const done = rows.filter(({ undone }) => !undone);
  const smaller = done.filter(({ trained, fileBytes }, i) => i > 0 && !trained && fileBytes < done[i - 1].fileBytes);
  const stages = [stageOf(done[0], 'raw'), ...smaller.map((row) => stageOf(row, row.step))];
  const kernels = Object.fromEntries(layers.map(({ layer, packedBytes }) => [layer, packedBytes]));
  const packed = layers.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
  // Training behind the last step may change its size by some bytes: the last column is the file.
  const last = { title: smaller.at(-1)?.step ?? 'packed', kernels, rest: rest.packedBytes, bytes: packed + rest.packedBytes };
  return [...stages.slice(0, smaller.length > 0 ? -1 : 1), last];
}

function stageOf({ fileBytes, kernelBytes }: CompressionRow, title: string): Stage {
  const kernels = Object.values(kernelBytes).reduce((sum, bytes) => sum + bytes, 0);
  return { title, kernels: kernelBytes, rest: fileBytes - kernels, bytes: fileBytes };
}
