/** How a picture is drawn with characters. */
export interface DrawImageOptions {
  /** 24-bit terminal colours; without them grey pictures are drawn in blocks, light on dark. @default false */
  readonly color?: boolean;
  /** Wider pictures are made smaller by leaving pixels out. @default 64 */
  readonly maxWidth?: number;
}

/**
 * Draws a picture for a terminal, two pixels above each other per character; empty rows at the edges are left out.
 *
 * @param pixels `[height, width, channels]`, 0 to 255, row after row; 1 (grey) or 3 (red, green, blue) channels
 * @returns the lines, all of the same visible width
 */
export function drawImage(pixels: ArrayLike<number>, shape: readonly number[], options: DrawImageOptions = {}): string[] {
  const [height, width, channels = 1] = shape;
  const step = Math.max(1, Math.ceil(width / (options.maxWidth ?? 64)));
  const columns = Math.floor(width / step);
  const rows = Math.floor(height / step);
  const at = (y: number, x: number, c: number) =>
    y < rows ? pixels[(y * step * width + x * step) * channels + Math.min(c, channels - 1)] : 0;
  const lines: string[] = [];
  for (let y = 0; y < rows; y += 2) {
    let line = '';
    for (let x = 0; x < columns; x++) line += options.color ? colored(at, y, x) : blocks(at, y, x);
    lines.push(options.color ? `${line}\u001b[0m` : line);
  }
  return options.color ? lines : withoutEmptyEdges(lines);
}

type Pixel = (y: number, x: number, channel: number) => number;

/** Half blocks, on where a pixel is lighter than the middle. */
function blocks(at: Pixel, y: number, x: number): string {
  const light = (row: number) => (at(row, x, 0) + at(row, x, 1) + at(row, x, 2)) / 3 >= 110;
  return ' ▀▄█'[(light(y) ? 1 : 0) + (light(y + 1) ? 2 : 0)];
}

function colored(at: Pixel, y: number, x: number): string {
  const rgb = (row: number) => [0, 1, 2].map((c) => Math.max(0, Math.min(255, Math.round(at(row, x, c))))).join(';');
  return `\u001b[38;2;${rgb(y)}m\u001b[48;2;${rgb(y + 1)}m▀`;
}

function withoutEmptyEdges(lines: string[]): string[] {
  const filled = lines.map((line) => line.trim() !== '');
  const first = filled.indexOf(true);
  return first < 0 ? lines.slice(0, 1) : lines.slice(first, filled.lastIndexOf(true) + 1);
}
