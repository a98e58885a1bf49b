/// C = activation(A B + bias), or C += A B. After Goto and van de Geijn 2008: panels of B in the first-level cache, a block of A in the second.
#include "kernels.hpp"
#include "thread-pool.hpp"
#include "tiles.hpp"

/// Steps of the sum at once: a panel of B of 128 bytes a step stays in the first-level cache.
constexpr int stepsAtOnce = 224;

static void multiplyRows(int rows, int n, int k, Factor a, const float* b, float* c, const float* bias, bool accumulate, int activation) {
  const int blocks = maximum(1, ceilingOf(k, stepsAtOnce)), blockSteps = ceilingOf(k, blocks);
  for (int block = 0; block < blocks; block++) {
    const int start = block * blockSteps;
    const bool first = block == 0, last = block == blocks - 1;
    Factor part = a;
    part.length = minimum(blockSteps, k - start);
    for (int column = 0; column < n;) {
      const int width = panelWidth(n - column).columns();
      const Panel panel{b + static_cast<std::ptrdiff_t>(column) * k + static_cast<std::ptrdiff_t>(start) * width, width};
      for (int row = 0; row < rows; row += tileRows) {
        part.first = a.first + row * a.rowStride + start * a.stepStride;
        const Target target{c + static_cast<std::ptrdiff_t>(row) * n + column, n, bias ? bias + column : nullptr, accumulate || !first,
                            last ? activation : 0};
        multiplyTile(minimum(tileRows, rows - row), minimum(width, n - column), part, panel, target);
      }
      column += width;
    }
  }
}

/// A as it is read by tiles, `[tile][k][tileRows]`, from A transposed, `[k, m]`.
static void packTiles(const float* a, int k, int m, int rows, float* target) {
  for (int row = 0; row < rows; row += tileRows) {
    const int count = minimum(tileRows, rows - row);
    const float* from = a + row;
    for (int step = 0; step < k; step++, from += m, target += tileRows) {
      for (int index = 0; index < count; index++) target[index] = from[index];
    }
  }
}

void gemm(int m, int n, int k, const float* a, bool transposeA, const float* b, float* c, const float* bias, bool accumulate, int activation) {
  parallel(m, tileRows, 2.0 * m * n * k, [&](int begin, int end) {
    float* to = c + static_cast<std::ptrdiff_t>(begin) * n;
    if (!transposeA) {
      const Factor rows{a + static_cast<std::ptrdiff_t>(begin) * k, k, 1, k, 1, noOffset};
      multiplyRows(end - begin, n, k, rows, b, to, bias, accumulate, activation);
      return;
    }
    constexpr int blockFloats = 65536;
    const int blockRows = maximum(tileRows, blockFloats / maximum(k, 1) / tileRows * tileRows);
    for (int row = begin; row < end; row += blockRows) {
      const int rows = minimum(blockRows, end - row);
      float* packed = scratch(0, static_cast<std::size_t>(ceilingOf(rows, tileRows)) * tileRows * k);
      packTiles(a + row, k, m, rows, packed);
      for (int tile = 0; tile < rows; tile += tileRows) {
        // Tile by tile: between two tiles the rows do not stand at equal distances.
        const Factor factor{packed + static_cast<std::ptrdiff_t>(tile) * k, 1, tileRows, k, 1, noOffset};
        multiplyRows(minimum(tileRows, rows - tile), n, k, factor, b, c + static_cast<std::ptrdiff_t>(row + tile) * n, bias, accumulate, activation);
      }
    }
  });
}

static float dot(const float* a, const float* b, int k) {
  Vector sum0{}, sum1{};
  int step = 0;
  for (; step + 2 * lanes <= k; step += 2 * lanes) {
    sum0 += load(a + step) * load(b + step);
    sum1 += load(a + step + lanes) * load(b + step + lanes);
  }
  for (; step < k; step += lanes) sum0 += loadFirst(a + step, k - step) * loadFirst(b + step, k - step);
  return sumLanes(sum0 + sum1);
}

/// One row times B as it stands, `[k, n]` or transposed `[n, k]`.
void vectorProduct(int n, int k, const float* a, const float* b, bool transposeB, float* c, const float* bias, bool accumulate, int activation) {
  if (transposeB) {
    for (int column = 0; column < n; column++) {
      const float start = accumulate ? c[column] : bias ? bias[column] : 0;
      c[column] = activate(start + dot(a, b + static_cast<std::ptrdiff_t>(column) * k, k), activation);
    }
    return;
  }
  for (int column = 0; column < n; column += lanes) {
    const int count = minimum(lanes, n - column);
    Vector sum = accumulate ? loadFirst(c + column, count) : bias ? loadFirst(bias + column, count) : Vector{};
    for (int step = 0; step < k; step++) sum += splat(a[step]) * loadFirst(b + static_cast<std::ptrdiff_t>(step) * n + column, count);
    storeFirst(c + column, activate(sum, activation), count);
  }
}
