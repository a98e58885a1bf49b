/**
 * Gradients of a convolution with max pooling behind it (see `pooled-conv2d.ts`). For one output channel at a time the chosen windows are
 * listed with their gradients; a window is then a few vectors: of the image, which are added up times the gradient (filter), or of the
 * filter, which are added to the image times the gradient (input).
 */
import { maximum, minimum, multiplyAdd, zeros } from './lanes';
import { windowRowFloats } from './pooled-conv2d';
import { fits, padImage, reach, unpadImage } from './windows';

/** Bytes of images worked on at once, for the first-level cache. */
const blockBytes: i32 = 24576;

/** Vectors that cover a row of a window; where they do not go out evenly the last one begins earlier and repeats floats of the one before. */
// @ts-ignore: decorator
@inline
function vectorsOfRow(windowFloats: i32): i32 {
  return (windowFloats + 3) >> 2;
}

/**
 * The vectors of a window in the order in which they are worked on: those that repeat floats come first, of all rows, because to read again
 * what was written a moment ago, but from another start, keeps a processor waiting.
 */
// @ts-ignore: decorator
@inline
function rowOfVector(index: i32, filterHeight: i32, windowFloats: i32): i32 {
  if ((windowFloats & 3) == 0) return index / (windowFloats >> 2);
  return index < filterHeight ? index : (index - filterHeight) / (windowFloats >> 2);
}

/** First float of its own in the row. */
// @ts-ignore: decorator
@inline
function firstOfVector(index: i32, filterHeight: i32, windowFloats: i32): i32 {
  if ((windowFloats & 3) == 0) return (index % (windowFloats >> 2)) << 2;
  return index < filterHeight ? windowFloats & ~3 : ((index - filterHeight) % (windowFloats >> 2)) << 2;
}

/** First float that it reads. */
// @ts-ignore: decorator
@inline
function startOfVector(first: i32, windowFloats: i32): i32 {
  return maximum(0, minimum(first, windowFloats - 4));
}

/** Whether windows are cut from the images as they stand: a vector must not reach beyond the last one. */
// @ts-ignore: decorator
@inline
function standsAsIs(
  inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
): bool {
  return fits(inHeight, outHeight, filterHeight, strideHeight, padTop) && fits(inWidth, outWidth, filterWidth, strideWidth, padLeft)
    && filterWidth * inChannels >= 4;
}

// @ts-ignore: decorator
@inline
function imagesAtOnce(batch: i32, imageBytes: i32): i32 {
  return maximum(1, minimum(batch, blockBytes / maximum(imageBytes, 1)));
}

/** Bytes of one channel's list: address and gradient of every window, and one entry behind the last. */
// @ts-ignore: decorator
@inline
function listBytes(images: i32, pixels: i32): i32 {
  return (images * pixels + 1) << 3;
}

/** Bytes of scratch that either gradient needs. */
export function pooledConv2dGradientScratchBytes(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, pooledPixels: i32,
): i32 {
  const vectors = filterHeight * vectorsOfRow(filterWidth * inChannels);
  const asIs = standsAsIs(
    inHeight, inWidth, inChannels, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padTop, padLeft,
  );
  const rowFloats = windowRowFloats(inWidth, inChannels, filterWidth, outWidth, strideWidth, padLeft);
  const imageBytes = ((asIs ? inHeight : reach(outHeight, filterHeight, strideHeight)) * rowFloats) << 2;
  const images = imagesAtOnce(batch, imageBytes);
  return 16 + ((vectors + 3 & ~3) << 2) + ((vectors * outChannels) << 4) + 4 * listBytes(images, pooledPixels) + images * imageBytes + 32;
}

/** Gradients with respect to filter `[filterHeight, filterWidth, inChannels, outChannels]` and bias `[outChannels]`. */
export function pooledConv2dFilterGradient(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, pooledPixels: i32,
  input: usize, outputGradient: usize, chosen: usize, filterGradient: usize, biasGradient: usize, scratch: usize,
): void {
  const asIs = standsAsIs(
    inHeight, inWidth, inChannels, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padTop, padLeft,
  );
  const rowFloats = windowRowFloats(inWidth, inChannels, filterWidth, outWidth, strideWidth, padLeft);
  const width = rowFloats / maximum(inChannels, 1), height = asIs ? inHeight : reach(outHeight, filterHeight, strideHeight);
  const imageBytes = (height * rowFloats) << 2, ownBytes = (inHeight * inWidth * inChannels) << 2;
  const windowFloats = filterWidth * inChannels, vectors = filterHeight * vectorsOfRow(windowFloats);
  const blockImages = imagesAtOnce(batch, imageBytes);
  const ends = scratch, offsets = ends + 16, sums = offsets + (<usize>(vectors + 3 & ~3) << 2);
  const list = sums + (<usize>(vectors * outChannels) << 4), padded = list + <usize>(4 * listBytes(blockImages, pooledPixels));
  listVectors(filterHeight, windowFloats, rowFloats << 2, offsets);
  memory.fill(sums, 0, <usize>(vectors * outChannels) << 4);
  memory.fill(biasGradient, 0, <usize>outChannels << 2);

  for (let first = 0; first < batch; first += blockImages) {
    const images = minimum(blockImages, batch - first);
    let source = input + <usize>first * <usize>ownBytes;
    if (!asIs) {
      for (let image = 0; image < images; image++) {
        padImage(
          source + <usize>(image * ownBytes), inHeight, inWidth, inChannels, padTop, padLeft, height, width, padded + <usize>(image * imageBytes),
        );
      }
      source = padded;
    }
    const at = <usize>(first * pooledPixels * outChannels) << 2;
    for (let channel = 0; channel < outChannels; channel += 4) {
      const place = at + (<usize>channel << 2), channels = minimum(4, outChannels - channel);
      listChosen(images, pooledPixels, outChannels, channels, source, imageBytes, outputGradient + place, chosen + place, list, ends);
      for (let index = 0; index < channels; index++) {
        const start = list + <usize>(index * listBytes(images, pooledPixels)), end = load<usize>(ends + (<usize>index << 2));
        const bias = biasGradient + (<usize>(channel + index) << 2);
        store<f32>(bias, load<f32>(bias) + sumGradients(start, end));
        addWindows(start, end, offsets, vectors, sums + (<usize>((channel + index) * vectors) << 4));
      }
    }
  }
  unpackSums(sums, filterHeight, windowFloats, outChannels, filterGradient);
}

/** Gradient with respect to the input, `[batch, inHeight, inWidth, inChannels]`. */
export function pooledConv2dInputGradient(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32, outChannels: i32,
  strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32, pooledPixels: i32,
  outputGradient: usize, chosen: usize, filter: usize, inputGradient: usize, scratch: usize,
): void {
  const asIs = standsAsIs(
    inHeight, inWidth, inChannels, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padTop, padLeft,
  );
  const rowFloats = windowRowFloats(inWidth, inChannels, filterWidth, outWidth, strideWidth, padLeft);
  const width = rowFloats / maximum(inChannels, 1), height = asIs ? inHeight : reach(outHeight, filterHeight, strideHeight);
  const imageBytes = (height * rowFloats) << 2, ownBytes = (inHeight * inWidth * inChannels) << 2;
  const windowFloats = filterWidth * inChannels, vectors = filterHeight * vectorsOfRow(windowFloats);
  const blockImages = imagesAtOnce(batch, imageBytes);
  const ends = scratch, offsets = ends + 16, weights = offsets + (<usize>(vectors + 3 & ~3) << 2);
  const list = weights + (<usize>(vectors * outChannels) << 4), padded = list + <usize>(4 * listBytes(blockImages, pooledPixels));
  listVectors(filterHeight, windowFloats, rowFloats << 2, offsets);
  packWeights(filter, filterHeight, windowFloats, outChannels, weights);

  for (let first = 0; first < batch; first += blockImages) {
    const images = minimum(blockImages, batch - first);
    const own = inputGradient + <usize>first * <usize>ownBytes;
    const target = asIs ? own : padded;
    // A vector of a narrow window reaches up to three floats beyond the last image.
    memory.fill(target, 0, <usize>(images * imageBytes) + (asIs ? 0 : 16));
    const at = <usize>(first * pooledPixels * outChannels) << 2;
    for (let channel = 0; channel < outChannels; channel += 4) {
      const place = at + (<usize>channel << 2), channels = minimum(4, outChannels - channel);
      listChosen(images, pooledPixels, outChannels, channels, target, imageBytes, outputGradient + place, chosen + place, list, ends);
      for (let index = 0; index < channels; index++) {
        const start = list + <usize>(index * listBytes(images, pooledPixels)), end = load<usize>(ends + (<usize>index << 2));
        scatterWeights(start, end, offsets, vectors, weights + (<usize>((channel + index) * vectors) << 4));
      }
    }
    if (asIs) continue;
    for (let image = 0; image < images; image++) {
      unpadImage(
        padded + <usize>(image * imageBytes), height, width, inChannels, padTop, padLeft, inHeight, inWidth, own + <usize>(image * ownBytes),
      );
    }
  }
}

/** Byte offset of every vector of a window from the window's first float. */
function listVectors(filterHeight: i32, windowFloats: i32, rowBytes: i32, offsets: usize): void {
  const vectors = filterHeight * vectorsOfRow(windowFloats);
  for (let index = 0; index < vectors; index++, offsets += 4) {
    const start = startOfVector(firstOfVector(index, filterHeight, windowFloats), windowFloats);
    store<i32>(offsets, rowOfVector(index, filterHeight, windowFloats) * rowBytes + (start << 2));
  }
}

/**
 * Lists address and gradient of the chosen windows of up to four neighbouring channels, a list each, and stores where each ends.
 * Neighbours in a list are of different images: what is added to one is then not read again at once.
 */
function listChosen(
  images: i32, pixels: i32, allChannels: i32, channels: i32, source: usize, imageBytes: i32, gradient: usize, chosen: usize, list: usize, ends: usize,
): void {
  const bytes = <usize>listBytes(images, pixels);
  const pixelBytes = <usize>allChannels << 2, pooledBytes = <usize>pixels * pixelBytes;
  // A list that is not wanted repeats the one before and is written over it.
  const c1 = <usize>minimum(1, channels - 1) << 2, c2 = <usize>minimum(2, channels - 1) << 2, c3 = <usize>minimum(3, channels - 1) << 2;
  let l0 = list, l1 = list + (c1 >> 2) * bytes, l2 = list + (c2 >> 2) * bytes, l3 = list + (c3 >> 2) * bytes;
  for (let pixel = 0; pixel < pixels; pixel++) {
    let at = <usize>pixel * pixelBytes;
    let image = source;
    for (let index = 0; index < images; index++, at += pooledBytes, image += imageBytes) {
      const from = chosen + at, value = gradient + at;
      l0 = append(l0, image, load<i32>(from), load<f32>(value));
      l1 = append(l1, image, load<i32>(from + c1), load<f32>(value + c1));
      l2 = append(l2, image, load<i32>(from + c2), load<f32>(value + c2));
      l3 = append(l3, image, load<i32>(from + c3), load<f32>(value + c3));
    }
  }
  store<usize>(ends, l0); store<usize>(ends, l1, 4); store<usize>(ends, l2, 8); store<usize>(ends, l3, 12);
}

/** Writes an entry, which the next one overwrites if it is of no window. */
// @ts-ignore: decorator
@inline
function append(list: usize, image: usize, offset: i32, gradient: f32): usize {
  store<usize>(list, image + <usize>offset);
  store<f32>(list, gradient, 4);
  return list + (<usize>(offset >= 0) << 3);
}

/** The gradients of a list added up: the gradient of the bias. */
function sumGradients(list: usize, end: usize): f32 {
  let a: f32 = 0, b: f32 = 0, c: f32 = 0, d: f32 = 0;
  for (; list + 32 <= end; list += 32) {
    a += load<f32>(list, 4); b += load<f32>(list, 12); c += load<f32>(list, 20); d += load<f32>(list, 28);
  }
  for (; list < end; list += 8) a += load<f32>(list, 4);
  return (a + b) + (c + d);
}

function addWindows(list: usize, end: usize, offsets: usize, vectors: i32, sums: usize): void {
  let left = vectors;
  for (; left >= 8; left -= 8, offsets += 32, sums += 128) addVectors(list, end, offsets, sums, 8);
  if (left >= 4) { addVectors(list, end, offsets, sums, 4); left -= 4; offsets += 16; sums += 64; }
  if (left >= 2) { addVectors(list, end, offsets, sums, 2); left -= 2; offsets += 8; sums += 32; }
  if (left > 0) addVectors(list, end, offsets, sums, 1);
}

/** Adds to `count` vectors of sums those of every listed window, times its gradient. */
// @ts-ignore: decorator
@inline
function addVectors(list: usize, end: usize, offsets: usize, sums: usize, count: i32): void {
  const o0 = load<usize>(offsets), o1 = count > 1 ? load<usize>(offsets, 4) : 0, o2 = count > 2 ? load<usize>(offsets, 8) : 0;
  const o3 = count > 3 ? load<usize>(offsets, 12) : 0, o4 = count > 4 ? load<usize>(offsets, 16) : 0, o5 = count > 5 ? load<usize>(offsets, 20) : 0;
  const o6 = count > 6 ? load<usize>(offsets, 24) : 0, o7 = count > 7 ? load<usize>(offsets, 28) : 0;
  let s0 = v128.load(sums), s1 = count > 1 ? v128.load(sums, 16) : zeros(), s2 = count > 2 ? v128.load(sums, 32) : zeros();
  let s3 = count > 3 ? v128.load(sums, 48) : zeros(), s4 = count > 4 ? v128.load(sums, 64) : zeros(), s5 = count > 5 ? v128.load(sums, 80) : zeros();
  let s6 = count > 6 ? v128.load(sums, 96) : zeros(), s7 = count > 7 ? v128.load(sums, 112) : zeros();
  for (; list < end; list += 8) {
    const window = load<usize>(list), gradient = v128.load32_splat(list, 4);
    s0 = multiplyAdd(gradient, v128.load(window + o0), s0);
    if (count > 1) s1 = multiplyAdd(gradient, v128.load(window + o1), s1);
    if (count > 2) s2 = multiplyAdd(gradient, v128.load(window + o2), s2);
    if (count > 3) s3 = multiplyAdd(gradient, v128.load(window + o3), s3);
    if (count > 4) s4 = multiplyAdd(gradient, v128.load(window + o4), s4);
    if (count > 5) s5 = multiplyAdd(gradient, v128.load(window + o5), s5);
    if (count > 6) s6 = multiplyAdd(gradient, v128.load(window + o6), s6);
    if (count > 7) s7 = multiplyAdd(gradient, v128.load(window + o7), s7);
  }
  v128.store(sums, s0);
  if (count > 1) v128.store(sums, s1, 16);
  if (count > 2) v128.store(sums, s2, 32);
  if (count > 3) v128.store(sums, s3, 48);
  if (count > 4) v128.store(sums, s4, 64);
  if (count > 5) v128.store(sums, s5, 80);
  if (count > 6) v128.store(sums, s6, 96);
  if (count > 7) v128.store(sums, s7, 112);
}

function scatterWeights(list: usize, end: usize, offsets: usize, vectors: i32, weights: usize): void {
  let left = vectors;
  for (; left >= 8; left -= 8, offsets += 32, weights += 128) scatterVectors(list, end, offsets, weights, 8);
  if (left >= 4) { scatterVectors(list, end, offsets, weights, 4); left -= 4; offsets += 16; weights += 64; }
  if (left >= 2) { scatterVectors(list, end, offsets, weights, 2); left -= 2; offsets += 8; weights += 32; }
  if (left > 0) scatterVectors(list, end, offsets, weights, 1);
}

/** Adds to `count` vectors of every listed window those of the weights, times the window's gradient. */
// @ts-ignore: decorator
@inline
function scatterVectors(list: usize, end: usize, offsets: usize, weights: usize, count: i32): void {
  const o0 = load<usize>(offsets), o1 = count > 1 ? load<usize>(offsets, 4) : 0, o2 = count > 2 ? load<usize>(offsets, 8) : 0;
  const o3 = count > 3 ? load<usize>(offsets, 12) : 0, o4 = count > 4 ? load<usize>(offsets, 16) : 0, o5 = count > 5 ? load<usize>(offsets, 20) : 0;
  const o6 = count > 6 ? load<usize>(offsets, 24) : 0, o7 = count > 7 ? load<usize>(offsets, 28) : 0;
  const w0 = v128.load(weights), w1 = count > 1 ? v128.load(weights, 16) : zeros(), w2 = count > 2 ? v128.load(weights, 32) : zeros();
  const w3 = count > 3 ? v128.load(weights, 48) : zeros(), w4 = count > 4 ? v128.load(weights, 64) : zeros(), w5 = count > 5 ? v128.load(weights, 80) : zeros();
  const w6 = count > 6 ? v128.load(weights, 96) : zeros(), w7 = count > 7 ? v128.load(weights, 112) : zeros();
  for (; list < end; list += 8) {
    const window = load<usize>(list), gradient = v128.load32_splat(list, 4);
    addTo(window + o0, gradient, w0);
    if (count > 1) addTo(window + o1, gradient, w1);
    if (count > 2) addTo(window + o2, gradient, w2);
    if (count > 3) addTo(window + o3, gradient, w3);
    if (count > 4) addTo(window + o4, gradient, w4);
    if (count > 5) addTo(window + o5, gradient, w5);
    if (count > 6) addTo(window + o6, gradient, w6);
    if (count > 7) addTo(window + o7, gradient, w7);
  }
}

// @ts-ignore: decorator
@inline
function addTo(address: usize, gradient: v128, weights: v128): void {
  v128.store(address, multiplyAdd(gradient, weights, v128.load(address)));
}

/** Filter `[filterHeight, windowFloats, channels]` as vectors `[channel][vector][4]`, floats that are repeated as 0. */
function packWeights(filter: usize, filterHeight: i32, windowFloats: i32, channels: i32, target: usize): void {
  const vectors = filterHeight * vectorsOfRow(windowFloats), channelBytes = <usize>vectors << 4;
  memory.fill(target, 0, <usize>channels * channelBytes);
  for (let index = 0; index < vectors; index++, target += 16) {
    const first = firstOfVector(index, filterHeight, windowFloats), start = startOfVector(first, windowFloats);
    const row = rowOfVector(index, filterHeight, windowFloats) * windowFloats;
    for (let float = first; float < minimum(start + 4, windowFloats); float++) {
      const source = filter + (<usize>((row + float) * channels) << 2), to = target + (<usize>(float - start) << 2);
      for (let channel = 0; channel < channels; channel++) {
        store<f32>(to + <usize>channel * channelBytes, load<f32>(source + (<usize>channel << 2)));
      }
    }
  }
}

/** Sums `[channel][vector][4]` back to `[filterHeight, windowFloats, channels]`. */
function unpackSums(sums: usize, filterHeight: i32, windowFloats: i32, channels: i32, target: usize): void {
  const vectors = filterHeight * vectorsOfRow(windowFloats), channelBytes = <usize>vectors << 4;
  for (let index = 0; index < vectors; index++, sums += 16) {
    const first = firstOfVector(index, filterHeight, windowFloats), start = startOfVector(first, windowFloats);
    const row = rowOfVector(index, filterHeight, windowFloats) * windowFloats;
    for (let float = first; float < minimum(start + 4, windowFloats); float++) {
      const to = target + (<usize>((row + float) * channels) << 2), from = sums + (<usize>(float - start) << 2);
      for (let channel = 0; channel < channels; channel++) {
        store<f32>(to + (<usize>channel << 2), load<f32>(from + <usize>channel * channelBytes));
      }
    }
  }
}
