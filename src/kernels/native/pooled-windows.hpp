#pragma once
#include "windows.hpp"

/// Floats of a row of the image that windows are cut from: of the padded one where the windows do not fit as it stands.
inline int windowRowFloats(const Windows& w) {
  const int reached = reach(w.outWidth, w.filterWidth, w.strideWidth);
  return (w.padLeft > 0 ? reached : maximum(w.inWidth, reached)) * w.inChannels;
}
