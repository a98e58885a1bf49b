import { DlError } from '../../../core/errors.ts';
import { RandomStream } from '../../../core/random.ts';
import { ImageDataset } from '../image-dataset.ts';
import { Canvas } from './canvas.ts';
import { digitShapes, type Stroke } from './digit-shapes.ts';

export interface DrawDigitsOptions {
  /** Number of images; digit i % 10 is on image i. */
  readonly count: number;
  /** Equal seeds give equal pixels on every machine, and image i does not depend on `count`. */
  readonly seed: number;
}

const side = 28;
const piecesPerCurve = 5;
const mostDigits = 1_000_000; // 784 MB

/**
 * Draws digits as written by many hands: light on dark, 28x28, grey. Each takes one of the ways to write its digit, moves the points,
 * bends, turns, slants, stretches and shifts it, draws it with a pen of changing thickness and adds stray marks and noise.
 * Only + - * / and the square root are used, which IEEE 754 fixes to the last bit.
 * @throws DlError `config` for a count that is no whole number of at least 1, or would fill the memory
 */
export function drawDigits({ count, seed }: DrawDigitsOptions): ImageDataset {
  if (!Number.isSafeInteger(count) || count < 1 || count > mostDigits) {
    throw new DlError(
      'config',
      `The number of digits to draw must be a whole number from 1 to ${mostDigits.toLocaleString('en')}, not ${count}.`,
    );
  }
  const pixels = new Uint8Array(count * side * side);
  const labels = new Uint8Array(count);
  const canvas = new Canvas(side);
  for (let i = 0; i < count; i++) {
    const random = new RandomStream(seed, 'digit', i);
    labels[i] = i % 10;
    canvas.values.fill(0);
    drawStrayMarks(canvas, random);
    drawDigit(canvas, labels[i], random);
    develop(canvas, random, pixels.subarray(i * side * side, (i + 1) * side * side));
  }
  return new ImageDataset({ pixels, labels, shape: [side, side, 1], classNames: Array.from('0123456789') });
}

/** About normally distributed with deviation 1, within +-3.5 (Irwin and Hall, 1927): four uniform numbers, no logarithm. */
function bell(random: RandomStream): number {
  return (random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2) * Math.sqrt(3);
}

function drawDigit(canvas: Canvas, digit: number, random: RandomStream): void {
  const ways = digitShapes[digit];
  const place = randomPlacement(random);
  const ink = random.uniform(0.65, 1);
  const radius = random.uniform(0.6, 1.5);
  for (const stroke of ways[random.integer(ways.length)]) {
    const points = placePoints(stroke, place, random);
    drawCurve(canvas, points, radius * random.uniform(0.85, 1.15), radius * random.uniform(0.85, 1.15), ink);
  }
}

interface Placement {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly bend: number;
  readonly centreX: number;
  readonly centreY: number;
}

function randomPlacement(random: RandomStream): Placement {
  const width = random.uniform(10.5, 16.5);
  const height = random.uniform(15.5, 21);
  // The rotation by 2 atan(half): exact without sine and cosine.
  const half = bell(random) * 0.07;
  const cosine = (1 - half * half) / (1 + half * half);
  const sine = (2 * half) / (1 + half * half);
  const slant = bell(random) * 0.16;
  return {
    xx: cosine * width,
    xy: (cosine * slant - sine) * height,
    yx: sine * width,
    yy: (sine * slant + cosine) * height,
    bend: bell(random) * 0.25,
    centreX: (side - 1) / 2 + bell(random) * 1.4,
    centreY: (side - 1) / 2 + bell(random) * 1.2,
  };
}

function placePoints(stroke: Stroke, place: Placement, random: RandomStream): Float64Array {
  const points = new Float64Array(stroke.length);
  for (let i = 0; i < stroke.length; i += 2) {
    const v = stroke[i + 1] / 100 - 0.5 + bell(random) * 0.028;
    const u = stroke[i] / 100 - 0.5 + bell(random) * 0.035 + place.bend * (v * v - 0.1);
    points[i] = place.centreX + place.xx * u + place.xy * v;
    points[i + 1] = place.centreY + place.yx * u + place.yy * v;
  }
  return points;
}

/** A Catmull-Rom curve (1974) through the points, as short lines. */
function drawCurve(canvas: Canvas, points: Float64Array, startRadius: number, endRadius: number, ink: number): void {
  const last = points.length / 2 - 1;
  let x = points[0];
  let y = points[1];
  let radius = startRadius;
  for (let i = 0; i < last; i++) {
    for (let piece = 1; piece <= piecesPerCurve; piece++) {
      const t = piece / piecesPerCurve;
      const nextX = curveAt(points, 0, i, last, t);
      const nextY = curveAt(points, 1, i, last, t);
      const nextRadius = startRadius + ((endRadius - startRadius) * (i + t)) / last;
      canvas.line(x, y, nextX, nextY, radius, nextRadius, ink);
      x = nextX;
      y = nextY;
      radius = nextRadius;
    }
  }
}

function curveAt(points: Float64Array, axis: 0 | 1, i: number, last: number, t: number): number {
  const p1 = points[2 * i + axis];
  const p2 = points[2 * i + 2 + axis];
  const p0 = i > 0 ? points[2 * i - 2 + axis] : p1;
  const p3 = i + 1 < last ? points[2 * i + 4 + axis] : p2;
  return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
}

/** Up to two short faint lines that belong to no digit. */
function drawStrayMarks(canvas: Canvas, random: RandomStream): void {
  const marks = random.integer(3);
  for (let mark = 0; mark < marks; mark++) {
    const x = random.uniform(0, side);
    const y = random.uniform(0, side);
    const radius = random.uniform(0.3, 0.8);
    canvas.line(x, y, x + random.uniform(-7, 7), y + random.uniform(-7, 7), radius, radius, random.uniform(0.2, 0.6));
  }
}

/** Canvas to bytes, with grain. */
function develop(canvas: Canvas, random: RandomStream, pixels: Uint8Array): void {
  const grain = random.uniform(0, 0.16);
  for (let i = 0; i < pixels.length; i++) {
    const value = (canvas.values[i] + (random.uniform() - random.uniform()) * grain) * 255;
    pixels[i] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
  }
}
