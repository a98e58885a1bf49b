/// Max pooling. As in tfjs, NaN is never the maximum and of equal values the first one is; padding is never read.
#include "pooling.hpp"
#include "thread-pool.hpp"

void maxPool(const Windows& w, const float* input, float* output) {
  const std::ptrdiff_t channels = w.inChannels, row = w.inWidth * channels;
  parallel(w.batch, 1, 4.0 * w.batch * inFloats(w), [&](int begin, int end) {
    for (int image = begin; image < end; image++) {
      const float* source = input + image * inFloats(w);
      float* target = output + image * static_cast<std::ptrdiff_t>(w.outHeight) * w.outWidth * channels;
      eachWindow(w, [&](int index, Pixels p) {
        for (int channel = 0; channel < channels; channel += lanes) {
          const int count = minimum(lanes, static_cast<int>(channels) - channel);
          Vector best = splat(-__builtin_inff());
          for (int y = p.top; y < p.bottom; y++) {
            for (int x = p.left; x < p.right; x++) {
              const Vector value = loadFirst(source + y * row + x * channels + channel, count);
              best = value > best ? value : best;
            }
          }
          storeFirst(target + index * channels + channel, best, count);
        }
      });
    }
  });
}

/// Which pixel of the window is the first maximum, -1 where all is NaN; `strideY` and `strideX` in floats.
static Integers placeOfMaximum(const float* source, int height, int width, std::ptrdiff_t strideY, std::ptrdiff_t strideX, int count) {
  Vector best = splat(-__builtin_inff());
  Integers chosen = splatInteger(-1);
  for (int y = 0, place = 0; y < height; y++) {
    for (int x = 0; x < width; x++, place++) {
      const Vector value = loadFirst(source + y * strideY + x * strideX, count);
      const Integers greater = value > best;
      best = greater ? value : best;
      chosen = greater ? splatInteger(place) : chosen;
    }
  }
  return chosen;
}

void maxPoolGradient(const Windows& w, const float* input, const float* outputGradient, float* inputGradient) {
  const std::ptrdiff_t channels = w.inChannels, row = w.inWidth * channels;
  const bool covered = w.strideHeight == w.filterHeight && w.strideWidth == w.filterWidth && w.padTop == 0 && w.padLeft == 0 &&
                       w.outHeight * w.strideHeight == w.inHeight && w.outWidth * w.strideWidth == w.inWidth;
  parallel(w.batch, 1, 4.0 * w.batch * inFloats(w), [&](int begin, int end) {
    for (int image = begin; image < end; image++) {
      const float* source = input + image * inFloats(w);
      const float* gradient = outputGradient + image * static_cast<std::ptrdiff_t>(w.outHeight) * w.outWidth * channels;
      float* target = inputGradient + image * inFloats(w);
      if (!covered) clear(target, inFloats(w));
      eachWindow(w, [&](int index, Pixels p) {
        const std::ptrdiff_t start = p.top * row + p.left * channels;
        for (int channel = 0; channel < channels; channel += lanes) {
          const int count = minimum(lanes, static_cast<int>(channels) - channel);
          const int height = p.bottom - p.top, width = p.right - p.left;
          const Integers chosen = placeOfMaximum(source + start + channel, height, width, row, channels, count);
          const Vector from = loadFirst(gradient + index * channels + channel, count), zero{};
          for (int y = 0, place = 0; y < height; y++) {
            for (int x = 0; x < width; x++, place++) {
              float* to = target + start + y * row + x * channels + channel;
              const Vector part = chosen == splatInteger(place) ? from : zero;
              storeFirst(to, covered ? part : loadFirst(to, count) + part, count);
            }
          }
        }
      });
    }
  });
}
