/// Convolution with max pooling behind it, for training. Of each pooling window one value goes on, and `chosen` remembers whose: the byte
/// offset, in its padded image, of the convolution window that gave it; -1 where nothing depends on it (a ReLU cut it off, or all was NaN).
#include "pooled-windows.hpp"
#include "thread-pool.hpp"

static void poolImage(const Windows& w, const PooledWindows& p, const float* source, int activation, float* output, std::int32_t* chosen) {
  const int channels = w.outChannels, rowFloats = w.outWidth * channels;
  const int stepX = w.strideWidth * w.inChannels * 4, stepY = w.strideHeight * windowRowFloats(w) * 4;
  for (int y = 0; y < p.outHeight; y++) {
    for (int x = 0; x < p.outWidth; x++, output += channels, chosen += channels) {
      const float* start = source + static_cast<std::ptrdiff_t>(y) * p.strideHeight * rowFloats + x * p.strideWidth * channels;
      const int place = y * p.strideHeight * stepY + x * p.strideWidth * stepX;
      for (int channel = 0; channel < channels; channel += lanes) {
        const int count = minimum(lanes, channels - channel);
        Vector best = splat(-__builtin_inff());
        Integers from = splatInteger(-1);
        for (int v = 0; v < p.height; v++) {
          const float* pixel = start + static_cast<std::ptrdiff_t>(v) * rowFloats + channel;
          for (int u = 0; u < p.width; u++, pixel += channels) {
            const Vector value = loadFirst(pixel, count);
            const Integers greater = value > best;
            best = greater ? value : best;
            from = greater ? splatInteger(place + v * stepY + u * stepX) : from;
          }
        }
        if (activation != 0) {
          Integers active = best > Vector{};
          if (activation == 2) active &= best < splat(6);
          from |= ~active;
          best = activate(best, activation);
        }
        storeFirst(output + channel, best, count);
        storeFirst(reinterpret_cast<float*>(chosen + channel), (Vector)from, count);
      }
    }
  }
}

void pooledConv2d(const Windows& w, const PooledWindows& p, const float* input, const float* filter, const float* bias, int activation,
                  float* output, std::int32_t* chosen) {
  const std::ptrdiff_t pooled = static_cast<std::ptrdiff_t>(p.outHeight) * p.outWidth * w.outChannels;
  parallel(w.batch, 1, operationsOf(w), [&](int begin, int end) {
    float* result = scratch(1, static_cast<std::size_t>(outFloats(w)));
    for (int image = begin; image < end; image++) {
      convolveImage(w, input + image * inFloats(w), filter, result, bias, 0);
      poolImage(w, p, result, activation, output + image * pooled, chosen + image * pooled);
    }
  });
}
