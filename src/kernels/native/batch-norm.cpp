/// Batch normalization in training (Ioffe and Szegedy 2015) with the activation behind it, and its gradient. The rows are cut into chunks that
/// stay in the second-level cache; what is known of each is put together in their order (Chan, Golub and LeVeque 1979), whoever found it.
#include "kernels.hpp"
#include "lanes.hpp"
#include "thread-pool.hpp"
#include "windows.hpp"

namespace {

constexpr int chunkFloats = 16384;

struct Chunks {
  int rows, columns, rowsEach, count;
  Chunks(int rows, int columns)
      : rows(rows), columns(columns), rowsEach(maximum(1, chunkFloats / maximum(columns, 1))), count(ceilingOf(rows, rowsEach)) {}
  int begin(int chunk) const { return chunk * rowsEach; }
  int end(int chunk) const { return minimum(rows, begin(chunk) + rowsEach); }
  /// Two results for every column and chunk.
  float* results() const { return scratch(1, static_cast<std::size_t>(maximum(count, 1)) * 2 * columns); }
};

/// Calls `f(column, how many)` for every vector of columns.
template <typename F>
void eachVector(int columns, F f) {
  for (int column = 0; column < columns; column += lanes) f(column, minimum(lanes, columns - column));
}

inline Vector inverseDeviation(Vector variance, float epsilon) {
  for (int lane = 0; lane < lanes; lane++) variance[lane] = 1 / __builtin_sqrtf(variance[lane] + epsilon);
  return variance;
}

/// Where the activation passes a gradient on; NaN does, as it does for `reluGradient`.
inline Integers isOpen(Vector value, int activation) {
  const Vector zero{};
  const Integers open = ~(value <= zero);
  return activation == 2 ? open & ~(value >= splat(6)) : open;
}

/// Mean and sum of squared distances from it.
void describeChunk(const float* input, int rows, int columns, float* mean, float* squares) {
  eachVector(columns, [&](int column, int count) {
    Vector even{}, odd{};
    const float* at = input + column;
    int row = 0;
    for (; row + 2 <= rows; row += 2, at += 2 * columns) {
      even += loadFirst(at, count);
      odd += loadFirst(at + columns, count);
    }
    if (row < rows) even += loadFirst(at, count);
    const Vector middle = (even + odd) / splat(static_cast<float>(rows));
    even = odd = Vector{};
    at = input + column;
    for (row = 0; row + 2 <= rows; row += 2, at += 2 * columns) {
      const Vector first = loadFirst(at, count) - middle, second = loadFirst(at + columns, count) - middle;
      even += first * first;
      odd += second * second;
    }
    if (row < rows) {
      const Vector last = loadFirst(at, count) - middle;
      even += last * last;
    }
    storeFirst(mean + column, middle, count);
    storeFirst(squares + column, even + odd, count);
  });
}

}  // namespace

void batchNorm(int rows, int columns, const float* input, const float* gamma, const float* beta, float epsilon, int activation, float* output,
               float* mean, float* variance) {
  const Chunks chunks(rows, columns);
  float* results = chunks.results();
  parallel(chunks.count, 1, 3.0 * rows * columns, [&](int begin, int end) {
    for (int chunk = begin; chunk < end; chunk++) {
      float* own = results + static_cast<std::ptrdiff_t>(chunk) * 2 * columns;
      const int first = chunks.begin(chunk);
      describeChunk(input + static_cast<std::ptrdiff_t>(first) * columns, chunks.end(chunk) - first, columns, own, own + columns);
    }
  });
  clear(mean, columns);
  clear(variance, columns);
  for (int chunk = 0; chunk < chunks.count; chunk++) {
    const float* own = results + static_cast<std::ptrdiff_t>(chunk) * 2 * columns;
    const float before = static_cast<float>(chunks.begin(chunk)), after = static_cast<float>(chunks.end(chunk)), here = after - before;
    for (int column = 0; column < columns; column++) {
      const float distance = own[column] - mean[column];
      mean[column] += distance * (here / after);
      variance[column] += own[columns + column] + distance * distance * (before * here / after);
    }
  }
  for (int column = 0; column < columns; column++) variance[column] /= static_cast<float>(rows);
  parallel(chunks.count, 1, 3.0 * rows * columns, [&](int begin, int end) {
    for (int chunk = begin; chunk < end; chunk++) {
      eachVector(columns, [&](int column, int count) {
        const Vector middle = loadFirst(mean + column, count), shift = loadFirst(beta + column, count);
        const Vector scale = inverseDeviation(loadFirst(variance + column, count), epsilon) * loadFirst(gamma + column, count);
        for (int row = chunks.begin(chunk); row < chunks.end(chunk); row++) {
          const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(row) * columns + column;
          storeFirst(output + at, activate((loadFirst(input + at, count) - middle) * scale + shift, activation), count);
        }
      });
    }
  });
}

void batchNormGradient(int rows, int columns, const float* input, const float* outputGradient, const float* gamma, const float* beta,
                       const float* mean, const float* variance, float epsilon, int activation, float* inputGradient, float* gammaGradient,
                       float* betaGradient) {
  const Chunks chunks(rows, columns);
  float* results = chunks.results();
  const Vector zero{};
  // Calls `f(place, distance from the mean, gradient behind the activation, how many)` for every row of a chunk.
  const auto eachRow = [&](int chunk, int column, int count, Vector scale, auto f) {
    const Vector middle = loadFirst(mean + column, count), shift = loadFirst(beta + column, count);
    for (int row = chunks.begin(chunk); row < chunks.end(chunk); row++) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(row) * columns + column;
      const Vector distance = loadFirst(input + at, count) - middle, gradient = loadFirst(outputGradient + at, count);
      if (activation == 0) f(at, distance, gradient);
      else f(at, distance, isOpen(distance * scale + shift, activation) ? gradient : zero);
    }
  };
  parallel(chunks.count, 1, 6.0 * rows * columns, [&](int begin, int end) {
    for (int chunk = begin; chunk < end; chunk++) {
      float* own = results + static_cast<std::ptrdiff_t>(chunk) * 2 * columns;
      eachVector(columns, [&](int column, int count) {
        const Vector inverse = inverseDeviation(loadFirst(variance + column, count), epsilon);
        Vector ofBeta{}, ofGamma{};
        eachRow(chunk, column, count, inverse * loadFirst(gamma + column, count), [&](std::ptrdiff_t, Vector distance, Vector gradient) {
          ofBeta += gradient;
          ofGamma += gradient * distance;
        });
        storeFirst(own + column, ofBeta, count);
        storeFirst(own + columns + column, ofGamma * inverse, count);
      });
    }
  });
  clear(betaGradient, columns);
  clear(gammaGradient, columns);
  for (int chunk = 0; chunk < chunks.count; chunk++) {
    const float* own = results + static_cast<std::ptrdiff_t>(chunk) * 2 * columns;
    for (int column = 0; column < columns; column++) {
      betaGradient[column] += own[column];
      gammaGradient[column] += own[columns + column];
    }
  }
  parallel(chunks.count, 1, 6.0 * rows * columns, [&](int begin, int end) {
    for (int chunk = begin; chunk < end; chunk++) {
      eachVector(columns, [&](int column, int count) {
        const Vector share = splat(1 / static_cast<float>(rows)), inverse = inverseDeviation(loadFirst(variance + column, count), epsilon);
        const Vector scale = inverse * loadFirst(gamma + column, count);
        const Vector average = loadFirst(betaGradient + column, count) * share, slope = loadFirst(gammaGradient + column, count) * share * inverse;
        eachRow(chunk, column, count, scale, [&](std::ptrdiff_t at, Vector distance, Vector gradient) {
          storeFirst(inputGradient + at, (gradient - average - distance * slope) * scale, count);
        });
      });
    }
  });
}
