#pragma once
#include "windows.hpp"

/// The pixels of a pooling window that lie in the image.
struct Pixels {
  int top, bottom, left, right;
  int count() const { return (bottom - top) * (right - left); }
};

/// Calls `f(output pixel's number in the image, pixels)` for every window of an image.
template <typename F>
inline void eachWindow(const Windows& w, F f) {
  int index = 0;
  for (int y = 0; y < w.outHeight; y++) {
    const int top = y * w.strideHeight - w.padTop;
    for (int x = 0; x < w.outWidth; x++, index++) {
      const int left = x * w.strideWidth - w.padLeft;
      f(index, Pixels{maximum(top, 0), minimum(top + w.filterHeight, w.inHeight), maximum(left, 0), minimum(left + w.filterWidth, w.inWidth)});
    }
  }
}
