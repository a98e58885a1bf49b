/** Average pooling, NHWC: the mean of those pixels of the window that lie in the image. */
import { loadLanes, maximum, minimum, storeLanes, zeros } from './lanes';

export function averagePool(
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  windowHeight: i32,
  windowWidth: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  input: usize,
  output: usize,
): void {
  const pixelBytes = (<usize>channels) << 2,
    rowBytes = <usize>inWidth * pixelBytes;
  for (let image = 0; image < batch; image++, input += <usize>inHeight * rowBytes) {
    for (let y = 0; y < outHeight; y++) {
      const top = y * strideHeight - padTop,
        y0 = maximum(top, 0),
        y1 = minimum(top + windowHeight, inHeight);
      for (let x = 0; x < outWidth; x++, output += pixelBytes) {
        const left = x * strideWidth - padLeft,
          x0 = maximum(left, 0),
          x1 = minimum(left + windowWidth, inWidth);
        const count = f32x4.splat(<f32>((y1 - y0) * (x1 - x0)));
        const start = input + <usize>y0 * rowBytes + <usize>x0 * pixelBytes;
        for (let channel = 0; channel < channels; channel += 4) {
          const lanes = channels - channel,
            at = (<usize>channel) << 2;
          let sum = zeros();
          let row = start + at;
          for (let v = y0; v < y1; v++, row += rowBytes) {
            let pixel = row;
            for (let u = x0; u < x1; u++, pixel += pixelBytes) sum = f32x4.add(sum, loadLanes(pixel, lanes));
          }
          storeLanes(output + at, f32x4.div(sum, count), lanes);
        }
      }
    }
  }
}

export function averagePoolGradient(
  batch: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  windowHeight: i32,
  windowWidth: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  outputGradient: usize,
  inputGradient: usize,
): void {
  const pixelBytes = (<usize>channels) << 2,
    rowBytes = <usize>inWidth * pixelBytes,
    imageBytes = <usize>inHeight * rowBytes;
  for (let image = 0; image < batch; image++, inputGradient += imageBytes) {
    memory.fill(inputGradient, 0, imageBytes);
    for (let y = 0; y < outHeight; y++) {
      const top = y * strideHeight - padTop,
        y0 = maximum(top, 0),
        y1 = minimum(top + windowHeight, inHeight);
      for (let x = 0; x < outWidth; x++, outputGradient += pixelBytes) {
        const left = x * strideWidth - padLeft,
          x0 = maximum(left, 0),
          x1 = minimum(left + windowWidth, inWidth);
        const count = f32x4.splat(<f32>((y1 - y0) * (x1 - x0)));
        const start = inputGradient + <usize>y0 * rowBytes + <usize>x0 * pixelBytes;
        for (let channel = 0; channel < channels; channel += 4) {
          const lanes = channels - channel,
            at = (<usize>channel) << 2;
          const part = f32x4.div(loadLanes(outputGradient + at, lanes), count);
          let row = start + at;
          for (let v = y0; v < y1; v++, row += rowBytes) {
            let pixel = row;
            for (let u = x0; u < x1; u++, pixel += pixelBytes) storeLanes(pixel, f32x4.add(loadLanes(pixel, lanes), part), lanes);
          }
        }
      }
    }
  }
}
