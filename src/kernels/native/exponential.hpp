#pragma once
#include "lanes.hpp"

/// e^x, relative error below 2e-7: Cephes' `expf` (Moshier 1989).
inline Vector exponential(Vector x) {
  const Vector low = splat(-87.33654f), high = splat(88.72283f);
  const Vector above = x < low ? low : x, inRange = above > high ? high : above;
  const Vector scaled = inRange * splat(1.44269504088896341f) + splat(0.5f);
  Integers power = __builtin_convertvector(scaled, Integers);
  // Towards minus infinity; a comparison that holds is -1.
  power += __builtin_convertvector(power, Vector) > scaled;
  const Vector whole = __builtin_convertvector(power, Vector);
  const Vector rest = (inRange + whole * splat(-0.693359375f)) + whole * splat(2.12194440e-4f);
  Vector sum = splat(1.9875691500e-4f);
  sum = sum * rest + splat(1.3981999507e-3f);
  sum = sum * rest + splat(8.3334519073e-3f);
  sum = sum * rest + splat(4.1665795894e-2f);
  sum = sum * rest + splat(1.6666665459e-1f);
  sum = sum * rest + splat(5.0000001201e-1f);
  sum = rest * rest * sum + (rest + splat(1));
  const Vector result = sum * (Vector)((power + 127) << 23);
  const Vector zero{};
  return x != x ? x : x < low ? zero : result;
}
