/// Convolution without im2col: in `[batch, height, width, channels]` a row of a window stands side by side, so that a window is
/// `filterHeight` stretches of a row of A, and windows beside each other are rows at equal distances. Only images that need padding are copied.
#include "thread-pool.hpp"
#include "tiles.hpp"
#include "windows.hpp"

constexpr int largestFilter = 64;

void convolveImage(const Windows& w, const float* image, const float* packedFilter, float* output, const float* bias, int activation) {
  const Frame frame = frameOf(w);
  if (!standAsIs(w)) {
    float* padded = scratch(0, static_cast<std::size_t>(frame.height) * frame.width * w.inChannels);
    padImage(image, w.inHeight, w.inWidth, w.inChannels, w.padTop, w.padLeft, frame, padded);
    image = padded;
  }
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(frame.width) * w.inChannels;
  const int rowSteps = w.filterWidth * w.inChannels, k = w.filterHeight * rowSteps;
  std::ptrdiff_t offsets[largestFilter];
  // Filters higher than that are summed in groups of rows.
  for (int first = 0; first < w.filterHeight; first += largestFilter) {
    const int filterRows = minimum(largestFilter, w.filterHeight - first);
    for (int index = 0; index < filterRows; index++) offsets[index] = (first + index) * row;
    const int last = first + filterRows == w.filterHeight ? activation : 0;
    for (int column = 0; column < w.outChannels;) {
      const int width = panelWidth(w.outChannels - column).columns(), columns = minimum(width, w.outChannels - column);
      const Panel panel{packedFilter + static_cast<std::ptrdiff_t>(column) * k + static_cast<std::ptrdiff_t>(first) * rowSteps * width, width};
      for (int y = 0; y < w.outHeight; y++) {
        const float* source = image + y * w.strideHeight * row;
        float* target = output + static_cast<std::ptrdiff_t>(y) * w.outWidth * w.outChannels + column;
        for (int x = 0; x < w.outWidth; x += tileRows) {
          const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(w.strideWidth) * w.inChannels;
          const Factor a{source + x * stride, stride, 1, rowSteps, filterRows, offsets};
          const Target c{target + static_cast<std::ptrdiff_t>(x) * w.outChannels, w.outChannels, bias ? bias + column : nullptr, first > 0, last};
          multiplyTile(minimum(tileRows, w.outWidth - x), columns, a, panel, c);
        }
      }
      column += width;
    }
  }
}

/// Filter packed as panels of `[filterHeight * filterWidth * inChannels, outChannels]`.
void conv2d(const Windows& w, const float* input, const float* filter, float* output, const float* bias, int activation) {
  parallel(w.batch, 1, operationsOf(w), [&](int begin, int end) {
    for (int image = begin; image < end; image++) {
      convolveImage(w, input + image * inFloats(w), filter, output + image * outFloats(w), bias, activation);
    }
  });
}
