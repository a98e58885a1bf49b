#include "tiles.hpp"

namespace {

/// `columns` of the tile are wanted; vectors before the last are whole.
template <int Rows, int Vectors, int Half>
void tile(int columns, const Factor& a, const Panel& panel, const Target& target) {
  Vector sums[Rows][Vectors ? Vectors : 1];
  HalfVector rest[Rows];
  const int lastColumns = columns - (Vectors - 1) * lanes, halfColumns = columns - Vectors * lanes;
  for (int row = 0; row < Rows; row++) {
    const float* start = target.accumulate ? target.first + row * target.rowStride : target.bias;
    for (int v = 0; v < Vectors; v++) {
      const bool last = !Half && v == Vectors - 1;
      sums[row][v] = !start ? Vector{} : last ? loadFirst<Vector>(start + v * lanes, lastColumns) : load<Vector>(start + v * lanes);
    }
    if (Half) rest[row] = start ? loadFirst<HalfVector>(start + Vectors * lanes, halfColumns) : HalfVector{};
  }
  const float* b = panel.first;
  const std::ptrdiff_t stride = a.rowStride, step = a.stepStride, stepB = panel.stepStride;
  for (int segment = 0; segment < a.segments; segment++) {
    const float* x = a.first + a.offsets[segment];
    const float *x3 = x + 3 * stride, *x6 = x + 6 * stride;
    for (int left = a.length; left > 0; left--) {
      Vector columnsOfB[Vectors ? Vectors : 1];
      HalfVector restOfB;
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; v++) columnsOfB[v] = load<Vector>(b + v * lanes);
      if (Half) restOfB = load<HalfVector>(b + Vectors * lanes);
#pragma GCC unroll 8
      for (int row = 0; row < Rows; row++) {
        const float factor = (row < 3 ? x : row < 6 ? x3 : x6)[row % 3 * stride];
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; v++) sums[row][v] += splat<Vector>(factor) * columnsOfB[v];
        if (Half) rest[row] += splat<HalfVector>(factor) * restOfB;
      }
      x += step;
      x3 += step;
      x6 += step;
      b += stepB;
    }
  }
  for (int row = 0; row < Rows; row++) {
    float* end = target.first + row * target.rowStride;
    for (int v = 0; v < Vectors; v++) {
      const Vector value = activate(sums[row][v], target.activation);
      if (!Half && v == Vectors - 1) storeFirst(end + v * lanes, value, lastColumns);
      else store(end + v * lanes, value);
    }
    if (Half) storeFirst(end + Vectors * lanes, activate(rest[row], target.activation), halfColumns);
  }
}

typedef void (*Tile)(int, const Factor&, const Panel&, const Target&);

template <int Vectors, int Half>
constexpr Tile tilesOfWidth[8] = {
    tile<1, Vectors, Half>, tile<2, Vectors, Half>, tile<3, Vectors, Half>, tile<4, Vectors, Half>,
#if defined(__AVX512F__) || defined(__aarch64__)
    tile<5, Vectors, Half>, tile<6, Vectors, Half>, tile<7, Vectors, Half>, tile<8, Vectors, Half>,
#endif
};

}  // namespace

void multiplyTile(int rows, int columns, const Factor& a, const Panel& b, const Target& c) {
  const Width width = panelWidth(columns);
  const Tile* tiles;
  switch (width.vectors * 2 + width.half) {
    case 1: tiles = tilesOfWidth<0, 1>; break;
    case 2: tiles = tilesOfWidth<1, 0>; break;
    case 3: tiles = tilesOfWidth<1, 1>; break;
    case 4: tiles = tilesOfWidth<2, 0>; break;
#if !(defined(__AVX512F__) || defined(__aarch64__))
    case 5: tiles = tilesOfWidth<2, 1>; break;
    case 6: tiles = tilesOfWidth<3, 0>; break;
#endif
    default: return;
  }
  tiles[rows - 1](columns, a, b, c);
}
