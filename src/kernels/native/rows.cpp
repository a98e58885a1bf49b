/// Kernels over a matrix `[rows, columns]` seen as rows.
#include "exponential.hpp"
#include "kernels.hpp"
#include "thread-pool.hpp"
#include "windows.hpp"

/// Sum over the rows, `[columns]`. The rows are cut into stretches whose sums are added in their order, whoever made them.
void sumRows(int rows, int columns, const float* input, float* output) {
  const int stretchRows = maximum(16, ceilingOf(16384, maximum(columns, 1))), stretches = ceilingOf(rows, stretchRows);
  float* sums = scratch(1, static_cast<std::size_t>(maximum(stretches, 1)) * columns);
  parallel(stretches, 1, 2.0 * rows * columns, [&](int begin, int end) {
    for (int stretch = begin; stretch < end; stretch++) {
      const int first = stretch * stretchRows, last = minimum(rows, first + stretchRows);
      for (int column = 0; column < columns; column += lanes) {
        const int count = minimum(lanes, columns - column);
        Vector even{}, odd{};
        const float* at = input + static_cast<std::ptrdiff_t>(first) * columns + column;
        int row = first;
        for (; row + 2 <= last; row += 2, at += 2 * columns) {
          even += loadFirst(at, count);
          odd += loadFirst(at + columns, count);
        }
        if (row < last) even += loadFirst(at, count);
        storeFirst(sums + static_cast<std::ptrdiff_t>(stretch) * columns + column, even + odd, count);
      }
    }
  });
  clear(output, columns);
  for (int stretch = 0; stretch < stretches; stretch++) {
    for (int column = 0; column < columns; column++) output[column] += sums[static_cast<std::ptrdiff_t>(stretch) * columns + column];
  }
}

/// Adds `bias`, `[columns]`, to every row. Input and output may be the same.
void addBias(int rows, int columns, const float* input, const float* bias, float* output) {
  parallel(rows, 16, 2.0 * rows * columns, [&](int begin, int end) {
    for (int row = begin; row < end; row++) {
      const std::ptrdiff_t start = static_cast<std::ptrdiff_t>(row) * columns;
      for (int column = 0; column < columns; column++) output[start + column] = input[start + column] + bias[column];
    }
  });
}

/// Every row times `scale` plus `shift`, both `[columns]`, then the activation. Input and output may be the same.
void scaleRows(int rows, int columns, const float* input, const float* scale, const float* shift, float* output, int activation) {
  parallel(rows, 16, 2.0 * rows * columns, [&](int begin, int end) {
    for (int row = begin; row < end; row++) {
      const std::ptrdiff_t start = static_cast<std::ptrdiff_t>(row) * columns;
      for (int column = 0; column < columns; column += lanes) {
        const int count = minimum(lanes, columns - column);
        const Vector value = loadFirst(input + start + column, count) * loadFirst(scale + column, count) + loadFirst(shift + column, count);
        storeFirst(output + start + column, activate(value, activation), count);
      }
    }
  });
}

/// Softmax of every row. Input and output may be the same.
void softmax(int rows, int columns, const float* input, float* output) {
  for (int row = 0; row < rows; row++, input += columns, output += columns) {
    float largest = -__builtin_inff();
    // NaN wins, as in WebAssembly's `max`.
    for (int column = 0; column < columns; column++) largest = !(input[column] <= largest) && largest == largest ? input[column] : largest;
    for (int column = 0; column < columns; column += lanes) {
      const int count = minimum(lanes, columns - column);
      storeFirst(output + column, exponential(loadFirst(input + column, count) - splat(largest)), count);
    }
    float sum = 0;
    for (int column = 0; column < columns; column++) sum += output[column];
    for (int column = 0; column < columns; column++) output[column] /= sum;
  }
}

/// Adds row i of the input to row `segments[i]` of the output; rows of a segment that is not there are left out.
void segmentSum(int rows, int columns, int segmentCount, const float* input, const std::int32_t* segments, float* output) {
  clear(output, static_cast<std::ptrdiff_t>(segmentCount) * columns);
  for (int row = 0; row < rows; row++, input += columns) {
    const int segment = segments[row];
    if (segment < 0 || segment >= segmentCount) continue;
    float* target = output + static_cast<std::ptrdiff_t>(segment) * columns;
    for (int column = 0; column < columns; column++) target[column] += input[column];
  }
}
