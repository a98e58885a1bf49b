/** A grey drawing surface: `side` x `side` pixels, 0 (black) ... 1 (white), row after row. */
export class Canvas {
  readonly side: number;
  readonly values: Float32Array;

  constructor(side: number) {
    this.side = side;
    this.values = new Float32Array(side * side);
  }

  /**
   * Draws a line with round ends from (x0, y0) to (x1, y1), in pixels, and lets the brighter of line and canvas stand.
   * @param radius0 half the thickness at the start, `radius1` at the end; the edge is one pixel soft
   */
  line(x0: number, y0: number, x1: number, y1: number, radius0: number, radius1: number, ink: number): void {
    const { side, values } = this;
    const reach = Math.max(radius0, radius1) + 0.5;
    const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
    const right = Math.min(side - 1, Math.floor(Math.max(x0, x1) + reach));
    const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
    const bottom = Math.min(side - 1, Math.floor(Math.max(y0, y1) + reach));
    const dx = x1 - x0;
    const dy = y1 - y0;
    const scale = 1 / (dx * dx + dy * dy || 1);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const along = ((x - x0) * dx + (y - y0) * dy) * scale;
        const t = along < 0 ? 0 : along > 1 ? 1 : along;
        const ex = x - x0 - t * dx;
        const ey = y - y0 - t * dy;
        const inside = radius0 + t * (radius1 - radius0) + 0.5 - Math.sqrt(ex * ex + ey * ey);
        if (inside <= 0) continue;
        const value = inside >= 1 ? ink : inside * ink;
        if (value > values[y * side + x]) values[y * side + x] = value;
      }
    }
  }
}
