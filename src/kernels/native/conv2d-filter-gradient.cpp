/// Gradient of a convolution with respect to its filter: window (transposed) times output gradient, summed over all windows. Row m of A is
/// the float that position m of the filter meets, a window further on with each step. Each thread has some of the positions and goes over
/// all images, so that nothing is added up between threads.
#include "thread-pool.hpp"
#include "tiles.hpp"
#include "windows.hpp"

namespace {

/// Positions side by side, which one tile sums.
struct Stretch {
  int first, count;
  std::ptrdiff_t offset;
};

/// A row of the filter is cut into stretches of about equal length, none longer than a tile.
Stretch stretchAt(int index, int perRow, int rowFloats, std::ptrdiff_t frameRow) {
  const int row = index / perRow, part = index % perRow;
  const int begin = rowFloats * part / perRow, end = rowFloats * (part + 1) / perRow;
  return {row * rowFloats + begin, end - begin, row * frameRow + begin};
}

}  // namespace

void conv2dFilterGradient(const Windows& w, const float* input, const float* outputGradient, float* filterGradient) {
  const Frame frame = frameOf(w);
  const bool asIs = standAsIs(w), columnsAsAre = w.outChannels % lanes == 0;
  const std::ptrdiff_t frameRow = static_cast<std::ptrdiff_t>(frame.width) * w.inChannels;
  const int rowFloats = w.filterWidth * w.inChannels, perRow = ceilingOf(rowFloats, tileRows), outPixels = w.outHeight * w.outWidth;
  const int tiles = w.filterHeight * perRow;
  if (w.batch == 0) clear(filterGradient, static_cast<std::ptrdiff_t>(w.filterHeight) * rowFloats * w.outChannels);
  parallel(tiles, 1, operationsOf(w), [&](int begin, int end) {
    float* padded = asIs ? nullptr : scratch(0, static_cast<std::size_t>(frame.height) * frameRow);
    float* packed = columnsAsAre ? nullptr : scratch(1, packedBytes(outPixels, w.outChannels) / 4);
    std::ptrdiff_t* rows = reinterpret_cast<std::ptrdiff_t*>(scratch(2, static_cast<std::size_t>(w.outHeight) * 2));
    for (int y = 0; y < w.outHeight; y++) rows[y] = y * w.strideHeight * frameRow;
    for (int image = 0; image < w.batch; image++) {
      const float *source = input + image * inFloats(w), *gradient = outputGradient + image * outFloats(w);
      if (!asIs) {
        padImage(source, w.inHeight, w.inWidth, w.inChannels, w.padTop, w.padLeft, frame, padded);
        source = padded;
      }
      if (!columnsAsAre) packRows(gradient, outPixels, w.outChannels, w.outChannels, 1, 0, outPixels, packed);
      for (int column = 0; column < w.outChannels;) {
        const int width = panelWidth(w.outChannels - column).columns(), columns = minimum(width, w.outChannels - column);
        const Panel panel = columnsAsAre ? Panel{gradient + column, w.outChannels}
                                         : Panel{packed + static_cast<std::ptrdiff_t>(column) * outPixels, width};
        for (int tile = begin; tile < end; tile++) {
          const Stretch stretch = stretchAt(tile, perRow, rowFloats, frameRow);
          const Factor a{source + stretch.offset, 1, static_cast<std::ptrdiff_t>(w.strideWidth) * w.inChannels, w.outWidth, w.outHeight, rows};
          const Target c{filterGradient + static_cast<std::ptrdiff_t>(stretch.first) * w.outChannels + column, w.outChannels, nullptr, image > 0, 0};
          multiplyTile(stretch.count, columns, a, panel, c);
        }
        column += width;
      }
    }
  });
}
