#include "kernels.hpp"
#include "lanes.hpp"
#include "thread-pool.hpp"

/// 1 ReLU, 2 ReLU6; NaN stays NaN. Input and output may be the same.
void activateAll(int count, const float* input, float* output, int activation) {
  parallel(count, 1024, 2.0 * count, [&](int begin, int end) {
    for (int at = begin; at < end; at += lanes) storeFirst(output + at, activate(loadFirst(input + at, end - at), activation), end - at);
  });
}

/// The output's gradient where the ReLU was open, else 0; NaN where the ReLU met NaN.
void reluGradient(int count, const float* value, const float* outputGradient, float* inputGradient, int activation) {
  const Vector zero{}, six = splat(activation == 2 ? 6 : __builtin_inff());
  parallel(count, 1024, 3.0 * count, [&](int begin, int end) {
    for (int at = begin; at < end; at += lanes) {
      const Vector x = loadFirst(value + at, end - at), gradient = loadFirst(outputGradient + at, end - at);
      const Integers open = (x > zero) & (activation == 2 ? x < six : x <= six);
      const Vector passed = open ? gradient : zero;
      storeFirst(inputGradient + at, x != x ? x : passed, end - at);
    }
  });
}

void addAll(int count, const float* a, const float* b, float* output) {
  parallel(count, 1024, 3.0 * count, [&](int begin, int end) {
    for (int at = begin; at < end; at++) output[at] = a[at] + b[at];
  });
}
