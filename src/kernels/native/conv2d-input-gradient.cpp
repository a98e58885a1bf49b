/// Gradient of a convolution with respect to its input. Without strides it is a convolution of the output's gradient with the filter turned
/// by half a circle. With strides, for every position of the filter, output gradient times that position's weights is added where that
/// position stood: so no zero of a dilated gradient is ever multiplied.
#include "thread-pool.hpp"
#include "tiles.hpp"
#include "windows.hpp"

static void convolveBack(const Windows& w, const float* outputGradient, const float* filter, float* inputGradient) {
  Windows back{w.batch, w.outHeight, w.outWidth, w.outChannels, w.filterHeight, w.filterWidth, w.inHeight, w.inWidth, w.inChannels,
               1, 1, w.filterHeight - 1 - w.padTop, w.filterWidth - 1 - w.padLeft};
  const int filterPixels = w.filterHeight * w.filterWidth, k = filterPixels * w.outChannels;
  float* packed = scratch(1, packedBytes(k, w.inChannels) / 4);
  for (int pixel = 0; pixel < filterPixels; pixel++) {
    const float* weights = filter + static_cast<std::ptrdiff_t>(filterPixels - 1 - pixel) * w.inChannels * w.outChannels;
    packRows(weights, w.outChannels, w.inChannels, 1, w.outChannels, pixel * w.outChannels, k, packed);
  }
  conv2d(back, outputGradient, packed, inputGradient, nullptr, 0);
}

static void addPosition(const Windows& w, const float* gradient, const float* weights, int frameWidth, float* target) {
  for (int column = 0; column < w.inChannels;) {
    const int width = panelWidth(w.inChannels - column).columns(), columns = minimum(width, w.inChannels - column);
    const Panel panel{weights + static_cast<std::ptrdiff_t>(column) * w.outChannels, width};
    const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(w.strideWidth) * w.inChannels;
    for (int y = 0; y < w.outHeight; y++) {
      const float* from = gradient + static_cast<std::ptrdiff_t>(y) * w.outWidth * w.outChannels;
      float* to = target + static_cast<std::ptrdiff_t>(y) * w.strideHeight * frameWidth * w.inChannels + column;
      for (int x = 0; x < w.outWidth; x += tileRows) {
        const Factor a{from + static_cast<std::ptrdiff_t>(x) * w.outChannels, w.outChannels, 1, w.outChannels, 1, noOffset};
        multiplyTile(minimum(tileRows, w.outWidth - x), columns, a, panel, {to + x * stride, stride, nullptr, true, 0});
      }
    }
    column += width;
  }
}

static void scatterBack(const Windows& w, const float* outputGradient, const float* filter, float* inputGradient) {
  const Frame frame{maximum(reach(w.outHeight, w.filterHeight, w.strideHeight), w.inHeight + w.padTop),
                    maximum(reach(w.outWidth, w.filterWidth, w.strideWidth), w.inWidth + w.padLeft)};
  const int filterPixels = w.filterHeight * w.filterWidth, pixelFloats = packedBytes(w.outChannels, w.inChannels) / 4;
  const std::ptrdiff_t frameFloats = static_cast<std::ptrdiff_t>(frame.height) * frame.width * w.inChannels;
  float* packed = scratch(1, static_cast<std::size_t>(filterPixels) * pixelFloats);
  for (int pixel = 0; pixel < filterPixels; pixel++) {
    const float* weights = filter + static_cast<std::ptrdiff_t>(pixel) * w.inChannels * w.outChannels;
    packRows(weights, w.outChannels, w.inChannels, 1, w.outChannels, 0, w.outChannels, packed + static_cast<std::ptrdiff_t>(pixel) * pixelFloats);
  }
  parallel(w.batch, 1, operationsOf(w), [&](int begin, int end) {
    float* padded = scratch(0, static_cast<std::size_t>(frameFloats));
    for (int image = begin; image < end; image++) {
      clear(padded, frameFloats);
      for (int pixel = 0; pixel < filterPixels; pixel++) {
        const std::ptrdiff_t place = (static_cast<std::ptrdiff_t>(pixel / w.filterWidth) * frame.width + pixel % w.filterWidth) * w.inChannels;
        addPosition(w, outputGradient + image * outFloats(w), packed + static_cast<std::ptrdiff_t>(pixel) * pixelFloats, frame.width, padded + place);
      }
      unpadImage(padded, frame, w.inChannels, w.padTop, w.padLeft, w.inHeight, w.inWidth, inputGradient + image * inFloats(w));
    }
  });
}

void conv2dInputGradient(const Windows& w, const float* outputGradient, const float* filter, float* inputGradient) {
  const bool turned = w.strideHeight == 1 && w.strideWidth == 1 && w.padTop < w.filterHeight && w.padLeft < w.filterWidth;
  if (turned) convolveBack(w, outputGradient, filter, inputGradient);
  else scatterBack(w, outputGradient, filter, inputGradient);
}
