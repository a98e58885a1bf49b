import type { Picture } from 'dl-project/inference';
import { contextOf, pixelsOf } from './pictures.ts';

/** The pen's width and a step of an arrow key, as shares of the pad. */
const [penShare, stepShare] = [1 / 16, 1 / 28];

/** Steps of the arrow keys, to the right and down. */
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A canvas to draw on, black on white: with a finger, a pen, a mouse, or the arrow keys (with Shift the pen is lifted). */
export class DrawingPad {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #onDraw: () => void;
  #pen: readonly [x: number, y: number];

  /** @param onDraw called behind every line */
  constructor(canvas: HTMLCanvasElement, onDraw: () => void) {
    this.#canvas = canvas;
    this.#context = contextOf(canvas);
    this.#onDraw = onDraw;
    this.#pen = [canvas.width / 2, canvas.height / 2];
    this.clear();
  }

  /** Begins to listen; a pad that only shows pictures never does. */
  listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#pen = this.#place(event);
      this.#lineTo(this.#pen);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) for (const one of event.getCoalescedEvents()) this.#lineTo(this.#place(one));
    });
    canvas.addEventListener('keydown', (event) => {
      const [right, down] = arrows[event.key] ?? [];
      if (right === undefined || down === undefined) return;
      event.preventDefault(); // the page would scroll
      const [x, y] = [this.#pen[0] + right * stepShare * canvas.width, this.#pen[1] + down * stepShare * canvas.height];
      const end = [Math.min(canvas.width, Math.max(0, x)), Math.min(canvas.height, Math.max(0, y))] as const;
      if (event.shiftKey) this.#movePen(end);
      else this.#lineTo(end);
    });
  }

  clear(): void {
    this.#context.fillStyle = 'white';
    this.#context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#movePen([this.#canvas.width / 2, this.#canvas.height / 2]);
  }

  /** Shows a picture as large as it fits. */
  show(bitmap: ImageBitmap): void {
    this.clear();
    const { width, height } = this.#canvas;
    const scale = Math.min(width / bitmap.width, height / bitmap.height);
    const [shownWidth, shownHeight] = [scale * bitmap.width, scale * bitmap.height];
    this.#context.drawImage(bitmap, (width - shownWidth) / 2, (height - shownHeight) / 2, shownWidth, shownHeight);
  }

  /** What was drawn, in grey. */
  read(): Picture {
    return pixelsOf(this.#context, 1);
  }

  #place({ offsetX, offsetY }: PointerEvent): readonly [number, number] {
    const { width, height, clientWidth, clientHeight } = this.#canvas;
    return [(offsetX * width) / clientWidth, (offsetY * height) / clientHeight];
  }

  #lineTo(end: readonly [number, number]): void {
    const context = this.#context;
    context.lineWidth = penShare * this.#canvas.width;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(...this.#pen);
    context.lineTo(...end);
    context.stroke();
    this.#movePen(end);
    this.#onDraw();
  }

  /** The style sheet shows the pen to those who draw with the keys. */
  #movePen([x, y]: readonly [number, number]): void {
    this.#pen = [x, y];
    const { width, height, parentElement } = this.#canvas;
    parentElement?.style.setProperty('--pen-x', String(x / width));
    parentElement?.style.setProperty('--pen-y', String(y / height));
  }
}
