/// Packing: B as panels of as many columns as a tile takes, `[panel][k][columns]`, so that a tile reads it front to back. Columns that are
/// missing in the last panel are zeros. The panel of column n starts at float n * k.
#include "kernels.hpp"
#include "thread-pool.hpp"
#include "tiles.hpp"

int packedBytes(int k, int n) {
  const int whole = n / (tileVectors * lanes) * (tileVectors * lanes);
  return k * (whole + (n > whole ? panelWidth(n - whole).columns() : 0)) * 4;
}

/// Columns that stand far apart are brought together a few rows at a time, which the first-level cache holds.
static void transposePanel(const float* source, int k, int columns, std::ptrdiff_t columnStride, int width, float* panel) {
  constexpr int rowsAtOnce = 16;
  for (int row = 0; row < k; row += rowsAtOnce) {
    const int rows = minimum(rowsAtOnce, k - row);
    for (int column = 0; column < columns; column++) {
      const float* from = source + column * columnStride + row;
      float* to = panel + static_cast<std::ptrdiff_t>(row) * width + column;
      for (int index = 0; index < rows; index++) to[index * width] = from[index];
    }
  }
  if (columns == width) return;
  for (int row = 0; row < k; row++) {
    for (int column = columns; column < width; column++) panel[static_cast<std::ptrdiff_t>(row) * width + column] = 0;
  }
}

static void copyPanel(const float* source, int k, int columns, std::ptrdiff_t rowStride, int width, float* panel) {
  for (int row = 0; row < k; row++, source += rowStride, panel += width) {
    int column = 0;
    for (; column + lanes <= columns; column += lanes) store(panel + column, load(source + column));
    if (column == width) continue;
    const Vector last = loadFirst(source + column, columns - column);
    storeFirst(panel + column, last, width - column);
  }
}

void packRows(const float* source, int k, int n, std::ptrdiff_t rowStride, std::ptrdiff_t columnStride, int firstRow, int allRows, float* target) {
  for (int column = 0; column < n;) {
    const int width = panelWidth(n - column).columns(), columns = minimum(width, n - column);
    float* panel = target + static_cast<std::ptrdiff_t>(column) * allRows + static_cast<std::ptrdiff_t>(firstRow) * width;
    if (columnStride == 1) copyPanel(source + column, k, columns, rowStride, width, panel);
    else transposePanel(source + column * columnStride, k, columns, columnStride, width, panel);
    column += width;
  }
}

void packPanels(const float* source, int k, int n, bool transposed, float* target) {
  const int panelColumns = tileVectors * lanes;
  // An eighth of an operation a float: it is all memory.
  parallel(n, panelColumns, 4.0 * k * n, [&](int begin, int end) {
    const float* from = source + (transposed ? static_cast<std::ptrdiff_t>(begin) * k : begin);
    packRows(from, k, end - begin, transposed ? 1 : n, transposed ? k : 1, 0, k, target + static_cast<std::ptrdiff_t>(begin) * k);
  });
}
