/// The inner tiles of every product: up to `tileRows` rows of A times up to `tileVectors` vectors of columns of B (and perhaps half a
/// vector, so that 20 channels do not pay for 32), summed in registers.
#pragma once
#include "lanes.hpp"

#if defined(__AVX512F__) || defined(__aarch64__)
/// 16 sums, 2 vectors of B: half of 32 registers, and images of 8, 16, 24 and 32 columns come out even.
constexpr int tileRows = 8, tileVectors = 2;
#else
/// 12 sums, 3 vectors of B and one of A: all 16 registers.
constexpr int tileRows = 4, tileVectors = 3;
#endif

/// Rows of A as they stand: the sum runs over `segments` stretches of `length` steps (a convolution's window is one stretch a filter row).
/// Strides are in floats.
struct Factor {
  const float* first;
  std::ptrdiff_t rowStride;
  std::ptrdiff_t stepStride;
  int length;
  int segments;
  /// Where each stretch begins, from `first`.
  const std::ptrdiff_t* offsets;
};

/// B as it is read: `stepStride` floats from one step to the next.
struct Panel {
  const float* first;
  std::ptrdiff_t stepStride;
};

/// Where sums go and how they begin and end: from what is in C (`accumulate`), else from `bias` (where there is one), else from zero.
struct Target {
  float* first;
  std::ptrdiff_t rowStride;
  const float* bias;
  bool accumulate;
  int activation;
};

/// The width of a panel of B, packed or not: `vectors` whole vectors and perhaps half a one.
struct Width {
  int vectors;
  int half;
  int columns() const { return vectors * lanes + half * halfLanes; }
};

inline Width panelWidth(int columns) {
  const int whole = columns / lanes;
  if (whole >= tileVectors) return {tileVectors, 0};
  const int rest = columns - whole * lanes;
  if (rest == 0) return {whole, 0};
  return rest <= halfLanes ? Width{whole, 1} : Width{whole + 1, 0};
}

/// C of `rows` x `columns` (both at most a tile) from A and B; no float behind `columns` is written.
void multiplyTile(int rows, int columns, const Factor& a, const Panel& b, const Target& c);

static const std::ptrdiff_t noOffset[1] = {0};
