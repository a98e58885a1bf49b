import type { Picture } from 'dl-project/inference';

/** The share of the picture that the longer side of a drawing takes: 20 of 28 pixels, as in MNIST. */
const inkShare = 20 / 28;

/**
 * Makes a drawing like the digits of the training data: as large, with its centre of mass in the middle (LeCun et al., 1998).
 * @param drawing grey, dark ink on white paper
 * @returns a square picture; undefined where nothing was drawn
 */
export function centreDrawing({ pixels, width, height }: Picture): Picture | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ink = 255 - pixels[y * width + x];
      if (ink === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
      mass += ink;
      sumX += ink * x;
      sumY += ink * y;
    }
  }
  if (mass === 0) return undefined;
  const side = Math.round(Math.max(right - left + 1, bottom - top + 1) / inkShare);
  const [fromX, fromY] = [Math.round(sumX / mass - (side - 1) / 2), Math.round(sumY / mass - (side - 1) / 2)];
  const centred = new Uint8Array(side * side).fill(255);
  for (let y = Math.max(top, fromY); y <= Math.min(bottom, fromY + side - 1); y++) {
    for (let x = Math.max(left, fromX); x <= Math.min(right, fromX + side - 1); x++) {
      centred[(y - fromY) * side + x - fromX] = pixels[y * width + x];
    }
  }
  return { pixels: centred, width: side, height: side, channels: 1 };
}
