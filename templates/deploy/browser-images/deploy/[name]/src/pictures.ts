import type { Picture } from 'dl-project/inference';

/** The pixels of a picture file, on white where it is transparent, turned as its camera says. */
export async function readPicture(file: Blob): Promise<{ readonly picture: Picture; readonly bitmap: ImageBitmap }> {
  const bitmap = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = contextOf(canvas);
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0);
  return { picture: pixelsOf(context, 3), bitmap };
}

/** What is on a canvas: of grey the first of the three equal levels. */
export function pixelsOf(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, channels: 1 | 3): Picture {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(width * height * channels);
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[4 * Math.floor(i / channels) + (i % channels)];
  return { pixels, width, height, channels };
}

/** Shows a small picture pixel by pixel. */
export function showPixels(canvas: HTMLCanvasElement, { pixels, width, height, channels }: Picture): void {
  const image = new ImageData(width, height);
  for (let i = 0; i < image.data.length; i++) {
    image.data[i] = i % 4 === 3 ? 255 : pixels[Math.floor(i / 4) * channels + (channels === 1 ? 0 : i % 4)];
  }
  Object.assign(canvas, { width, height });
  contextOf(canvas).putImageData(image, 0, 0);
}

/** @throws Error where the browser gives none */
export function contextOf<Canvas extends HTMLCanvasElement | OffscreenCanvas>(canvas: Canvas) {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser cannot draw on a canvas.');
  return context as Canvas extends HTMLCanvasElement ? CanvasRenderingContext2D : OffscreenCanvasRenderingContext2D;
}
