/// Convolution 3x3 without strides by Winograd's minimal filtering, F(2x2, 3x3) (Lavin and Gray 2016): 16 products for four pixels in place
/// of 36. Tiles of 4 x 4 pixels and the filter are transformed, multiplied as 16 matrix products, and transformed back.
#include "thread-pool.hpp"
#include "tiles.hpp"
#include "windows.hpp"

namespace {

/// Floats of transformed tiles at once: they stay in the second-level cache.
constexpr int blockFloats = 65536;

/// `[3, 3, inChannels, outChannels]`, or of the convolution whose gradient this is: `[3, 3, outChannels, inChannels]`, turned by half a circle.
/// Gives 16 packed matrices `[inChannels, outChannels]`.
void transformFilter(const Windows& w, const float* filter, bool turned, int matrixFloats, float* target) {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(w.inChannels) * w.outChannels;
  float* matrices = scratch(2, static_cast<std::size_t>(size) * 16);
  for (std::ptrdiff_t at = 0; at < size; at++) {
    float rows[4][3];
    for (int u = 0; u < 3; u++) {
      const int from = turned ? 8 - u : u, step = turned ? -3 : 3;
      const float g0 = filter[from * size + at], g1 = filter[(from + step) * size + at], g2 = filter[(from + 2 * step) * size + at];
      rows[0][u] = g0;
      rows[1][u] = (g0 + g1 + g2) * 0.5f;
      rows[2][u] = (g0 - g1 + g2) * 0.5f;
      rows[3][u] = g2;
    }
    for (int v = 0; v < 4; v++) {
      const float g0 = rows[v][0], g1 = rows[v][1], g2 = rows[v][2];
      matrices[(v * 4) * size + at] = g0;
      matrices[(v * 4 + 1) * size + at] = (g0 + g1 + g2) * 0.5f;
      matrices[(v * 4 + 2) * size + at] = (g0 - g1 + g2) * 0.5f;
      matrices[(v * 4 + 3) * size + at] = g2;
    }
  }
  for (int index = 0; index < 16; index++) {
    const float* matrix = matrices + index * size;
    float* packed = target + static_cast<std::ptrdiff_t>(index) * matrixFloats;
    if (turned) packRows(matrix, w.inChannels, w.outChannels, 1, w.inChannels, 0, w.inChannels, packed);
    else packRows(matrix, w.inChannels, w.outChannels, w.outChannels, 1, 0, w.inChannels, packed);
  }
}

/// Where tiles stand: two pixels apart.
struct Tiling {
  const Windows& w;
  int across, perImage;
  explicit Tiling(const Windows& w) : w(w), across(ceilingOf(w.outWidth, 2)), perImage(across * ceilingOf(w.outHeight, 2)) {}
  int image(int tile) const { return tile / perImage; }
  int y(int tile) const { return tile % perImage / across * 2; }
  int x(int tile) const { return tile % across * 2; }
};

/// One row of `B^T d`.
inline void transformLine(Vector d0, Vector d1, Vector d2, Vector d3, Vector* out, int step) {
  out[0] = d0 - d2;
  out[step] = d1 + d2;
  out[2 * step] = d2 - d1;
  out[3 * step] = d1 - d3;
}

/// A tile of the image to row `row` of 16 matrices `[rows, channels]`; pixels outside of the image are zeros.
void transformTile(const Tiling& t, int tile, const float* input, const float* zeros, int rows, int row, float* target) {
  const Windows& w = t.w;
  const float* image = input + t.image(tile) * inFloats(w);
  const int top = t.y(tile) - w.padTop, left = t.x(tile) - w.padLeft;
  const float* pixels[16];
  for (int v = 0; v < 4; v++) {
    for (int u = 0; u < 4; u++) {
      const int y = top + v, x = left + u;
      const bool isInside = y >= 0 && y < w.inHeight && x >= 0 && x < w.inWidth;
      pixels[v * 4 + u] = isInside ? image + (static_cast<std::ptrdiff_t>(y) * w.inWidth + x) * w.inChannels : zeros;
    }
  }
  const std::ptrdiff_t matrix = static_cast<std::ptrdiff_t>(rows) * w.inChannels;
  float* to = target + static_cast<std::ptrdiff_t>(row) * w.inChannels;
  for (int channel = 0; channel < w.inChannels; channel += lanes) {
    const int count = minimum(lanes, w.inChannels - channel);
    Vector columns[16], result[16];
#pragma GCC unroll 4
    for (int u = 0; u < 4; u++) {
      Vector d[4];
#pragma GCC unroll 4
      for (int v = 0; v < 4; v++) d[v] = loadFirst(pixels[v * 4 + u] + channel, count);
      transformLine(d[0], d[1], d[2], d[3], columns + u, 4);
    }
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) transformLine(columns[v * 4], columns[v * 4 + 1], columns[v * 4 + 2], columns[v * 4 + 3], result + v * 4, 1);
#pragma GCC unroll 16
    for (int index = 0; index < 16; index++) storeFirst(to + index * matrix + channel, result[index], count);
  }
}

/// Row `row` of 16 matrices `[rows, outChannels]` to four pixels, as far as they lie in the image.
void transformBack(const Tiling& t, int tile, const float* source, int rows, int row, const float* bias, int activation, float* output) {
  const Windows& w = t.w;
  const std::ptrdiff_t matrix = static_cast<std::ptrdiff_t>(rows) * w.outChannels;
  const float* from = source + static_cast<std::ptrdiff_t>(row) * w.outChannels;
  const int y = t.y(tile), x = t.x(tile);
  float* to = output + t.image(tile) * outFloats(w) + (static_cast<std::ptrdiff_t>(y) * w.outWidth + x) * w.outChannels;
  const std::ptrdiff_t rowFloats = static_cast<std::ptrdiff_t>(w.outWidth) * w.outChannels;
  const bool hasRight = x + 1 < w.outWidth, hasBelow = y + 1 < w.outHeight;
  for (int channel = 0; channel < w.outChannels; channel += lanes) {
    const int count = minimum(lanes, w.outChannels - channel);
    const Vector start = bias ? loadFirst(bias + channel, count) : Vector{};
    Vector upper[4], lower[4];
#pragma GCC unroll 4
    for (int u = 0; u < 4; u++) {
      Vector m[4];
#pragma GCC unroll 4
      for (int v = 0; v < 4; v++) m[v] = loadFirst(from + (v * 4 + u) * matrix + channel, count);
      upper[u] = m[0] + m[1] + m[2];
      lower[u] = m[1] - m[2] - m[3];
    }
    const auto put = [&](float* pixel, Vector sum) { storeFirst(pixel + channel, activate(sum + start, activation), count); };
    put(to, upper[0] + upper[1] + upper[2]);
    if (hasRight) put(to + w.outChannels, upper[1] - upper[2] - upper[3]);
    if (hasBelow) put(to + rowFloats, lower[0] + lower[1] + lower[2]);
    if (hasRight && hasBelow) put(to + rowFloats + w.outChannels, lower[1] - lower[2] - lower[3]);
  }
}

void multiply(const Windows& w, int rows, const float* a, const float* b, float* c) {
  for (int column = 0; column < w.outChannels;) {
    const int width = panelWidth(w.outChannels - column).columns(), columns = minimum(width, w.outChannels - column);
    const Panel panel{b + static_cast<std::ptrdiff_t>(column) * w.inChannels, width};
    for (int row = 0; row < rows; row += tileRows) {
      const Factor factor{a + static_cast<std::ptrdiff_t>(row) * w.inChannels, w.inChannels, 1, w.inChannels, 1, noOffset};
      const Target target{c + static_cast<std::ptrdiff_t>(row) * w.outChannels + column, w.outChannels, nullptr, false, 0};
      multiplyTile(minimum(tileRows, rows - row), columns, factor, panel, target);
    }
    column += width;
  }
}

}  // namespace

void winogradConv2d(const Windows& w, const float* input, const float* filter, bool turned, float* output, const float* bias, int activation) {
  const Tiling tiling(w);
  const int matrixFloats = packedBytes(w.inChannels, w.outChannels) / 4;
  float* matrices = scratch(3, static_cast<std::size_t>(matrixFloats) * 16);
  transformFilter(w, filter, turned, matrixFloats, matrices);
  const int blockTiles = maximum(tileRows, blockFloats / (16 * (w.inChannels + w.outChannels)) / tileRows * tileRows);
  parallel(w.batch * tiling.perImage, blockTiles, operationsOf(w), [&](int begin, int end) {
    float* zeros = scratch(0, static_cast<std::size_t>(w.inChannels));
    clear(zeros, w.inChannels);
    float* tiles = scratch(1, static_cast<std::size_t>(blockTiles) * 16 * (w.inChannels + w.outChannels));
    for (int first = begin; first < end; first += blockTiles) {
      const int rows = minimum(blockTiles, end - first);
      const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(rows) * w.inChannels, resultSize = static_cast<std::ptrdiff_t>(rows) * w.outChannels;
      float* products = tiles + 16 * size;
      for (int row = 0; row < rows; row++) transformTile(tiling, first + row, input, zeros, rows, row, tiles);
      for (int index = 0; index < 16; index++) {
        multiply(w, rows, tiles + index * size, matrices + static_cast<std::ptrdiff_t>(index) * matrixFloats, products + index * resultSize);
      }
      for (int row = 0; row < rows; row++) transformBack(tiling, first + row, products, rows, row, bias, activation, output);
    }
  });
}
