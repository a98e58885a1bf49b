/// Vectors as wide as the processor's registers, by the vector extensions of GCC and clang: 16 floats with AVX-512, 8 with AVX, else 4.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__AVX__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
constexpr int lanes = 16;
#elif defined(__AVX__)
constexpr int lanes = 8;
#else
constexpr int lanes = 4;
#endif
constexpr int halfLanes = lanes / 2;

typedef float Vector __attribute__((vector_size(lanes * 4)));
typedef std::int32_t Integers __attribute__((vector_size(lanes * 4)));
typedef float HalfVector __attribute__((vector_size(halfLanes * 4)));

/// What can be read from any float's address.
template <typename V>
struct Unaligned {
  typedef V type __attribute__((aligned(4), may_alias));
};

template <typename V = Vector>
inline V load(const void* source) {
  return *static_cast<const typename Unaligned<V>::type*>(source);
}

template <typename V>
inline void store(void* target, V value) {
  *static_cast<typename Unaligned<V>::type*>(target) = value;
}

/// All lanes the same; x - 0 is x, whatever x is.
template <typename V = Vector>
inline V splat(float x) {
  return x - V{};
}

inline Integers splatInteger(std::int32_t x) {
  return x - Integers{};
}

/// Reads the first `count` lanes, the others are 0; touches no byte behind them.
template <typename V = Vector>
inline V loadFirst(const float* source, int count) {
  constexpr int all = sizeof(V) / 4;
  if (count >= all) return load<V>(source);
#if defined(__AVX512F__)
  if constexpr (all == 16) return (V)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), source);
#endif
#if defined(__AVX512VL__)
  if constexpr (all == 8) return (V)_mm256_maskz_loadu_ps(static_cast<__mmask8>((1u << count) - 1), source);
#endif
  V value{};
  for (int lane = 0; lane < all; lane++) if (lane < count) value[lane] = source[lane];
  return value;
}

/// Writes the first `count` lanes and no byte behind them.
template <typename V>
inline void storeFirst(float* target, V value, int count) {
  constexpr int all = sizeof(V) / 4;
  if (count >= all) return store(target, value);
#if defined(__AVX512F__)
  if constexpr (all == 16) return _mm512_mask_storeu_ps(target, static_cast<__mmask16>((1u << count) - 1), (__m512)value);
#endif
#if defined(__AVX512VL__)
  if constexpr (all == 8) return _mm256_mask_storeu_ps(target, static_cast<__mmask8>((1u << count) - 1), (__m256)value);
#endif
  for (int lane = 0; lane < all; lane++) if (lane < count) target[lane] = value[lane];
}

template <typename V>
inline float sumLanes(V value) {
  float sum = 0;
  for (unsigned lane = 0; lane < sizeof(V) / 4; lane++) sum += value[lane];
  return sum;
}

/// How a result ends: 0 as it is, 1 ReLU, 2 ReLU6. NaN stays NaN. For floats and vectors.
template <typename V>
inline V activate(V value, int activation) {
  if (activation == 0) return value;
  const V zero{}, six = V{} + 6.0f;
  const V positive = value < zero ? zero : value;
  return activation == 2 ? (positive > six ? six : positive) : positive;
}

inline int minimum(int a, int b) { return a < b ? a : b; }
inline int maximum(int a, int b) { return a > b ? a : b; }
inline int ceilingOf(int count, int divisor) { return (count + divisor - 1) / divisor; }
