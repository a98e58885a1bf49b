/// Where the windows of a convolution stand in memory: shared by its forward pass and its gradients.
#pragma once
#include "kernels.hpp"
#include "lanes.hpp"

/// Rows or columns that the windows reach: from the first one's begin to the last one's end.
inline int reach(int outSize, int filterSize, int stride) { return (outSize - 1) * stride + filterSize; }

/// Whether the windows can be read from the image as it stands.
inline bool standAsIs(const Windows& w) {
  return w.padTop == 0 && w.padLeft == 0 && reach(w.outHeight, w.filterHeight, w.strideHeight) <= w.inHeight &&
         reach(w.outWidth, w.filterWidth, w.strideWidth) <= w.inWidth;
}

/// The image that windows are cut from: as it stands, or in the middle of zeros.
struct Frame {
  int height, width;
};
inline Frame frameOf(const Windows& w) {
  if (standAsIs(w)) return {w.inHeight, w.inWidth};
  return {reach(w.outHeight, w.filterHeight, w.strideHeight), reach(w.outWidth, w.filterWidth, w.strideWidth)};
}

inline void clear(float* target, std::ptrdiff_t floats) {
  if (floats > 0) std::memset(target, 0, static_cast<std::size_t>(floats) * 4);
}
inline void copy(float* target, const float* source, std::ptrdiff_t floats) {
  if (floats > 0) std::memcpy(target, source, static_cast<std::size_t>(floats) * 4);
}

/// Copies an image `[height, width, channels]` into the middle of zeros; what does not fit is cut off.
inline void padImage(const float* source, int height, int width, int channels, int padTop, int padLeft, Frame frame, float* target) {
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(width) * channels, paddedRow = static_cast<std::ptrdiff_t>(frame.width) * channels;
  const std::ptrdiff_t before = minimum(padLeft, frame.width) * channels;
  const std::ptrdiff_t copied = maximum(0, minimum(width, frame.width - padLeft)) * channels;
  for (int y = 0; y < frame.height; y++, target += paddedRow) {
    const int from = y - padTop;
    if (from < 0 || from >= height) {
      clear(target, paddedRow);
      continue;
    }
    clear(target, before);
    copy(target + before, source + from * row, copied);
    clear(target + before + copied, paddedRow - before - copied);
  }
}

/// The way back: takes an image out of the middle of a padded one; what was cut off there is 0.
inline void unpadImage(const float* padded, Frame frame, int channels, int padTop, int padLeft, int height, int width, float* target) {
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(width) * channels, paddedRow = static_cast<std::ptrdiff_t>(frame.width) * channels;
  const std::ptrdiff_t before = minimum(padLeft, frame.width) * channels;
  const std::ptrdiff_t copied = maximum(0, minimum(width, frame.width - padLeft)) * channels;
  for (int y = 0; y < height; y++, target += row) {
    const int from = y + padTop;
    if (from >= frame.height) {
      clear(target, row);
      continue;
    }
    copy(target, padded + from * paddedRow + before, copied);
    clear(target + copied, row - copied);
  }
}

/// Floating-point operations of a convolution or one of its gradients.
inline double operationsOf(const Windows& w) {
  return 2.0 * w.batch * w.outHeight * w.outWidth * w.outChannels * w.filterHeight * w.filterWidth * w.inChannels;
}
inline std::ptrdiff_t inFloats(const Windows& w) { return static_cast<std::ptrdiff_t>(w.inHeight) * w.inWidth * w.inChannels; }
inline std::ptrdiff_t outFloats(const Windows& w) { return static_cast<std::ptrdiff_t>(w.outHeight) * w.outWidth * w.outChannels; }
