/** The median of the outermost pixels of a grey image `[height, width]`, 0 ... 255: its background, even if something touches the edge. */
export function borderLevel(pixels: Uint8Array, height: number, width: number): number {
  const border: number[] = [];
  for (let x = 0; x < width; x++) border.push(pixels[x], pixels[(height - 1) * width + x]);
  for (let y = 1; y < height - 1; y++) border.push(pixels[y * width], pixels[y * width + width - 1]);
  return border.sort((a, b) => a - b)[border.length >> 1];
}
