/** Rows and columns cut off, as Keras' `Cropping2D` has them: `[[top, bottom], [left, right]]`. */
export type Crop = readonly [readonly [number, number], readonly [number, number]];

/**
 * The largest frame whose pixels have at most a share of 1 - `keep` of the saliency. One row or column after the other goes, that of the least
 * saliency first; one row and one column stay.
 * @param saliency `[height * width]`, row by row
 */
export function chooseCrop(saliency: ArrayLike<number>, [height, width]: readonly number[], keep: number): Crop {
  let [top, bottom, left, right] = [0, height - 1, 0, width - 1];
  const row = (y: number) => sum(right - left + 1, (i) => saliency[y * width + left + i]);
  const column = (x: number) => sum(bottom - top + 1, (i) => saliency[(top + i) * width + x]);
  let allowed = (1 - keep) * sum(height * width, (i) => saliency[i]);
  for (;;) {
    const sides = [
      ...(bottom > top
        ? [
            { lost: row(top), cut: () => top++ },
            { lost: row(bottom), cut: () => bottom-- },
          ]
        : []),
      ...(right > left
        ? [
            { lost: column(left), cut: () => left++ },
            { lost: column(right), cut: () => right-- },
          ]
        : []),
    ];
    const least = sides.sort((a, b) => a.lost - b.lost)[0];
    if (!least || least.lost > allowed) break;
    allowed -= least.lost;
    least.cut();
  }
  return [
    [top, height - 1 - bottom],
    [left, width - 1 - right],
  ];
}

/** The places of the values that stay, in a flat picture `[height, width, channels]`. */
export function keptValues([[top, bottom], [left, right]]: Crop, [height, width, channels]: readonly number[]): number[] {
  const kept: number[] = [];
  for (let y = top; y < height - bottom; y++) {
    for (let i = (y * width + left) * channels; i < (y * width + width - right) * channels; i++) kept.push(i);
  }
  return kept;
}

function sum(count: number, valueAt: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += valueAt(i);
  return total;
}
