/// One pass over weights, gradient and state in place of ten small operations.
#include "kernels.hpp"
#include "lanes.hpp"
#include "thread-pool.hpp"

static inline Vector squareRoot(Vector x) {
#if defined(__AVX512F__)
  return (Vector)_mm512_maskz_sqrt_ps(0xffff, (__m512)x);
#elif defined(__AVX__)
  return (Vector)_mm256_sqrt_ps((__m256)x);
#else
  for (int lane = 0; lane < lanes; lane++) x[lane] = __builtin_sqrtf(x[lane]);
  return x;
#endif
}

/// Adam, Kingma and Ba 2014, in the order of their section 2: `rate` has the bias corrections in it. `decay` multiplies the weights first.
void adamStep(int count, float* weights, const float* gradient, float* momentum, float* velocity, float rate, float beta1, float rest1,
              float beta2, float rest2, float epsilon, float decay) {
  parallel(count, 1024, 20.0 * count, [&](int begin, int end) {
    for (int at = begin; at < end; at += lanes) {
      const int left = end - at;
      const Vector g = loadFirst(gradient + at, left);
      const Vector m = loadFirst(momentum + at, left) * splat(beta1) + g * splat(rest1);
      const Vector v = loadFirst(velocity + at, left) * splat(beta2) + g * g * splat(rest2);
      storeFirst(momentum + at, m, left);
      storeFirst(velocity + at, v, left);
      storeFirst(weights + at, loadFirst(weights + at, left) * splat(decay) - m * splat(rate) / (squareRoot(v) + splat(epsilon)), left);
    }
  });
}

/// Stochastic gradient descent with momentum (Polyak 1964; Nesterov 1983), Keras' formula.
void momentumStep(int count, float* weights, const float* gradient, float* velocity, float learningRate, float momentum, bool nesterov) {
  parallel(count, 1024, 8.0 * count, [&](int begin, int end) {
    for (int at = begin; at < end; at++) {
      const float step = gradient[at] * learningRate, v = velocity[at] * momentum - step;
      velocity[at] = v;
      weights[at] += nesterov ? v * momentum - step : v;
    }
  });
}

/// Stochastic gradient descent without momentum.
void gradientStep(int count, float* weights, const float* gradient, float learningRate) {
  parallel(count, 1024, 4.0 * count, [&](int begin, int end) {
    for (int at = begin; at < end; at++) weights[at] -= learningRate * gradient[at];
  });
}
