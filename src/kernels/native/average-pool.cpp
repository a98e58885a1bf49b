/// Average pooling: the mean of those pixels of the window that lie in the image.
#include "pooling.hpp"
#include "thread-pool.hpp"

void averagePool(const Windows& w, const float* input, float* output) {
  const std::ptrdiff_t channels = w.inChannels, row = w.inWidth * channels;
  parallel(w.batch, 1, 4.0 * w.batch * inFloats(w), [&](int begin, int end) {
    for (int image = begin; image < end; image++) {
      const float* source = input + image * inFloats(w);
      float* target = output + image * static_cast<std::ptrdiff_t>(w.outHeight) * w.outWidth * channels;
      eachWindow(w, [&](int index, Pixels p) {
        for (int channel = 0; channel < channels; channel += lanes) {
          const int count = minimum(lanes, static_cast<int>(channels) - channel);
          Vector sum{};
          for (int y = p.top; y < p.bottom; y++) {
            for (int x = p.left; x < p.right; x++) sum += loadFirst(source + y * row + x * channels + channel, count);
          }
          storeFirst(target + index * channels + channel, sum / splat(static_cast<float>(p.count())), count);
        }
      });
    }
  });
}

void averagePoolGradient(const Windows& w, const float* outputGradient, float* inputGradient) {
  const std::ptrdiff_t channels = w.inChannels, row = w.inWidth * channels;
  parallel(w.batch, 1, 4.0 * w.batch * inFloats(w), [&](int begin, int end) {
    for (int image = begin; image < end; image++) {
      const float* gradient = outputGradient + image * static_cast<std::ptrdiff_t>(w.outHeight) * w.outWidth * channels;
      float* target = inputGradient + image * inFloats(w);
      clear(target, inFloats(w));
      eachWindow(w, [&](int index, Pixels p) {
        for (int channel = 0; channel < channels; channel += lanes) {
          const int count = minimum(lanes, static_cast<int>(channels) - channel);
          const Vector part = loadFirst(gradient + index * channels + channel, count) / splat(static_cast<float>(p.count()));
          for (int y = p.top; y < p.bottom; y++) {
            for (int x = p.left; x < p.right; x++) {
              float* to = target + y * row + x * channels + channel;
              storeFirst(to, loadFirst(to, count) + part, count);
            }
          }
        }
      });
    }
  });
}
