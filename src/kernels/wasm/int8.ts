/**
 * Convolutions and dense layers in whole numbers: weights of 8 bits, inputs of 7, sums of 32 bits that are exact. A window is
 * `filterHeight` stretches of a row of the image, as in conv2d; a dense layer is a convolution of images of one pixel.
 */
import { rangeOf, roundImage, roundNumbers, scaleOf, zeroPointOf } from './int8-inputs';
import { atOnce, extraBytes, groupNumbers, inPairs, int8Row8, int8Tile4, int8Tile8, numberShift, oneByOne, panelHead } from './int8-tiles';
import { maximum, minimum, storeLanes } from './lanes';
import { fits, imagesAtOnce, reach } from './windows';

/** Results of a tile that do not all go to the output, and the range of a sample. */
const edgeBytes: i32 = 144;

// @ts-ignore: decorator
@inline
function groupsOf(numbers: i32): i32 {
  return (numbers + groupNumbers - 1) / groupNumbers;
}

/** Numbers that are multiplied at once: a panel is padded to it in each stretch. */
export function int8GroupNumbers(): i32 {
  return groupNumbers;
}

/** Bytes of scratch that `int8Conv2d` needs. */
export function int8ScratchBytes(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
): i32 {
  const asIs = fits(inHeight, outHeight, filterHeight, strideHeight, padTop) && fits(inWidth, outWidth, filterWidth, strideWidth, padLeft);
  const height = asIs ? inHeight : reach(outHeight, filterHeight, strideHeight);
  const width = asIs ? inWidth : reach(outWidth, filterWidth, strideWidth);
  const imageBytes = (height * width * inChannels) << numberShift;
  const images = imagesAtOnce(batch, imageBytes);
  return edgeBytes + ((images * outHeight * outWidth + 4) << 2) + images * imageBytes + 32;
}

/**
 * Input and output are float32. @param panels as in int8-tiles.ts @param scale of the inputs; 0: that of each sample's own range
 */
export function int8Conv2d(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32,
  outChannels: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
  input: usize, panels: usize, output: usize, scale: f32, zeroPoint: i32, activation: i32, scratch: usize,
): void {
  const asIs = fits(inHeight, outHeight, filterHeight, strideHeight, padTop) && fits(inWidth, outWidth, filterWidth, strideWidth, padLeft);
  const height = asIs ? inHeight : reach(outHeight, filterHeight, strideHeight);
  const width = asIs ? inWidth : reach(outWidth, filterWidth, strideWidth);
  const imageNumbers = height * width * inChannels, inputFloats = inHeight * inWidth * inChannels, outPixels = outHeight * outWidth;
  const dynamic = scale == 0;
  const blockImages = dynamic ? 1 : imagesAtOnce(batch, imageNumbers << numberShift);
  const offsets = scratch + edgeBytes, numbers = offsets + ((<usize>(blockImages * outPixels + 4)) << 2);
  let listed = 0;

  for (let first = 0; first < batch; first += blockImages) {
    const images = minimum(blockImages, batch - first);
    if (images != listed) {
      windowOffsets(images, imageNumbers, width, inChannels, outHeight, outWidth, strideHeight, strideWidth, offsets);
      listed = images;
    }
    const source = input + ((<usize>first * <usize>inputFloats) << 2);
    if (dynamic) {
      const range = scratch + 128;
      rangeOf(source, inputFloats, range);
      scale = scaleOf(range);
      zeroPoint = zeroPointOf(range, scale);
    }
    if (asIs) roundNumbers(source, images * inputFloats, scale, zeroPoint, numbers);
    else {
      for (let image = 0; image < images; image++) {
        roundImage(
          source + ((<usize>image * <usize>inputFloats) << 2), inHeight, inWidth, inChannels, padTop, padLeft, height, width,
          scale, zeroPoint, numbers + (<usize>(image * imageNumbers) << numberShift),
        );
      }
    }
    multiplyBlock(
      images * outPixels, numbers, offsets, filterHeight, groupsOf(filterWidth * inChannels), (width * inChannels) << numberShift,
      outChannels, panels, output + ((<usize>first * <usize>(outPixels * outChannels)) << 2), scale, zeroPoint, activation, scratch,
    );
  }
}

/** Byte offsets of every window's first number; the list is filled up to a multiple of four by repeating its last entry. */
function windowOffsets(
  images: i32, imageNumbers: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, strideHeight: i32, strideWidth: i32, target: usize,
): void {
  const stepX = (strideWidth * channels) << numberShift, stepY = (strideHeight * width * channels) << numberShift;
  let offset = 0;
  let count = 0;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < outHeight; y++) {
      offset = (image * imageNumbers << numberShift) + y * stepY;
      for (let x = 0; x < outWidth; x++, offset += stepX, count++) store<i32>(target + (<usize>count << 2), offset);
    }
  }
  for (offset -= stepX; (count & 3) != 0; count++) store<i32>(target + (<usize>count << 2), offset);
}

function multiplyBlock(
  pixels: i32, source: usize, offsets: usize, segments: i32, groups: i32, segmentBytes: usize, outChannels: i32, panels: usize,
  output: usize, scale: f32, zeroPoint: i32, activation: i32, edge: usize,
): void {
  const weightsBytes = <usize>(segments * groups) << 5, stepOutput = <usize>outChannels << 2;
  for (let column = 0; column < outChannels; column += 8, output += 32) {
    const columns = outChannels - column;
    if (columns <= 4) {
      panel4(pixels, source, offsets, segments, groups, segmentBytes, columns, panels, stepOutput, output, scale, zeroPoint, activation, edge);
    } else if (pixels == 1 && segments == 1) {
      row(source, groups, columns, panels, output, scale, zeroPoint, activation, edge);
    } else {
      panel8(pixels, source, offsets, segments, groups, segmentBytes, columns, panels, stepOutput, output, scale, zeroPoint, activation, edge);
    }
    panels += panelHead + weightsBytes + <usize>load<i32>(panels, 100) * extraBytes;
  }
}

/** Four pixels at a time. Inlined: by itself it is a twentieth slower in Node 20. */
// @ts-ignore: decorator
@inline
function panel8(
  pixels: i32, source: usize, offsets: usize, segments: i32, groups: i32, segmentBytes: usize, columns: i32, panel: usize,
  stepOutput: usize, output: usize, scale: f32, zeroPoint: i32, activation: i32, edge: usize,
): void {
  const whole = columns >= 8;
  const way = load<i32>(panel, 96);
  for (let pixel = 0; pixel < pixels; pixel += 4, offsets += 16) {
    const left = pixels - pixel - 1;
    const c0 = output + <usize>pixel * stepOutput;
    const c1 = c0 + <usize>minimum(1, left) * stepOutput, c2 = c0 + <usize>minimum(2, left) * stepOutput;
    const c3 = c0 + <usize>minimum(3, left) * stepOutput;
    tile(
      way, source, offsets, groups, segments, segmentBytes, panel, scale, zeroPoint, activation,
      whole ? c0 : edge, whole ? c1 : edge + 32, whole ? c2 : edge + 64, whole ? c3 : edge + 96,
    );
    if (whole) continue;
    storeEdge(c0, edge, columns); storeEdge(c1, edge + 32, columns); storeEdge(c2, edge + 64, columns); storeEdge(c3, edge + 96, columns);
  }
}

// @ts-ignore: decorator
@inline
function tile(
  way: i32, source: usize, offsets: usize, groups: i32, segments: i32, segmentBytes: usize, panel: usize,
  scale: f32, zeroPoint: i32, activation: i32, c0: usize, c1: usize, c2: usize, c3: usize,
): void {
  const a0 = source + load<u32>(offsets), a1 = source + load<u32>(offsets, 4), a2 = source + load<u32>(offsets, 8);
  const a3 = source + load<u32>(offsets, 12);
  if (!ASC_FEATURE_RELAXED_SIMD || way == atOnce) {
    int8Tile8(atOnce, a0, a1, a2, a3, groups, segments, segmentBytes, panel, scale, zeroPoint, activation, c0, c1, c2, c3);
  } else if (way == inPairs) {
    int8Tile8(inPairs, a0, a1, a2, a3, groups, segments, segmentBytes, panel, scale, zeroPoint, activation, c0, c1, c2, c3);
  } else {
    int8Tile8(oneByOne, a0, a1, a2, a3, groups, segments, segmentBytes, panel, scale, zeroPoint, activation, c0, c1, c2, c3);
  }
}

function panel4(
  pixels: i32, source: usize, offsets: usize, segments: i32, groups: i32, segmentBytes: usize, columns: i32, panel: usize,
  stepOutput: usize, output: usize, scale: f32, zeroPoint: i32, activation: i32, edge: usize,
): void {
  for (let pixel = 0; pixel < pixels; pixel += 4, offsets += 16) {
    const left = pixels - pixel - 1;
    const a0 = source + load<u32>(offsets), a1 = source + load<u32>(offsets, 4), a2 = source + load<u32>(offsets, 8);
    const a3 = source + load<u32>(offsets, 12);
    int8Tile4(
      atOnce, a0, a1, a2, a3, groups, segments, segmentBytes, panel, scale, zeroPoint, activation, edge, edge + 16, edge + 32, edge + 48,
    );
    const c = output + <usize>pixel * stepOutput;
    storeLanes(c, v128.load(edge), columns);
    storeLanes(c + <usize>minimum(1, left) * stepOutput, v128.load(edge, 16), columns);
    storeLanes(c + <usize>minimum(2, left) * stepOutput, v128.load(edge, 32), columns);
    storeLanes(c + <usize>minimum(3, left) * stepOutput, v128.load(edge, 48), columns);
  }
}

/** One row. */
function row(
  source: usize, groups: i32, columns: i32, panel: usize, output: usize, scale: f32, zeroPoint: i32, activation: i32, edge: usize,
): void {
  const target = columns >= 8 ? output : edge;
  const way = load<i32>(panel, 96);
  if (!ASC_FEATURE_RELAXED_SIMD || way == atOnce) int8Row8(atOnce, source, groups, panel, scale, zeroPoint, activation, target);
  else if (way == inPairs) int8Row8(inPairs, source, groups, panel, scale, zeroPoint, activation, target);
  else int8Row8(oneByOne, source, groups, panel, scale, zeroPoint, activation, target);
  if (columns < 8) storeEdge(output, edge, columns);
}

// @ts-ignore: decorator
@inline
function storeEdge(target: usize, edge: usize, columns: i32): void {
  storeLanes(target, v128.load(edge), columns);
  storeLanes(target + 16, v128.load(edge, 16), columns - 4);
}
