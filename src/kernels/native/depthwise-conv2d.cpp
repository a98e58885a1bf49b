/// Depthwise convolution: filter `[height, width, channels, multiplier]`, channel c gives the output channels from c * multiplier on.
#include "thread-pool.hpp"
#include "windows.hpp"

namespace {

/// What is summed.
enum class Part { output, inputGradient, filterGradient };

template <Part part>
void addPixel(int channels, float* input, float* weights, float* output) {
  for (int channel = 0; channel < channels; channel++) {
    if (part == Part::output) output[channel] += input[channel] * weights[channel];
    if (part == Part::inputGradient) input[channel] += output[channel] * weights[channel];
    if (part == Part::filterGradient) weights[channel] += input[channel] * output[channel];
  }
}

template <Part part>
void addPixelWithMultiplier(int channels, int multiplier, float* input, float* weights, float* output) {
  for (int channel = 0; channel < channels; channel++, input++) {
    for (int copy = 0; copy < multiplier; copy++, weights++, output++) {
      if (part == Part::output) *output += *input * *weights;
      if (part == Part::inputGradient) *input += *output * *weights;
      if (part == Part::filterGradient) *weights += *input * *output;
    }
  }
}

/// Walks over all pairs of an input and an output pixel of an image that the rows of the filter from `firstRow` to `endRow` connect.
template <Part part>
void walk(const Windows& w, int firstRow, int endRow, float* input, float* filter, float* output) {
  const int multiplier = w.outChannels / w.inChannels;
  for (int y = 0; y < w.outHeight; y++) {
    const int top = y * w.strideHeight - w.padTop, v0 = maximum(firstRow, -top), v1 = minimum(endRow, w.inHeight - top);
    for (int x = 0; x < w.outWidth; x++, output += w.outChannels) {
      const int left = x * w.strideWidth - w.padLeft, u0 = maximum(0, -left), u1 = minimum(w.filterWidth, w.inWidth - left);
      for (int v = v0; v < v1; v++) {
        for (int u = u0; u < u1; u++) {
          float* from = input + (static_cast<std::ptrdiff_t>(top + v) * w.inWidth + left + u) * w.inChannels;
          float* weights = filter + static_cast<std::ptrdiff_t>(v * w.filterWidth + u) * w.outChannels;
          if (multiplier == 1) addPixel<part>(w.inChannels, from, weights, output);
          else addPixelWithMultiplier<part>(w.inChannels, multiplier, from, weights, output);
        }
      }
    }
  }
}

double operations(const Windows& w) { return 2.0 * w.batch * outFloats(w) * w.filterHeight * w.filterWidth; }

}  // namespace

void depthwiseConv2d(const Windows& w, const float* input, const float* filter, float* output) {
  parallel(w.batch, 1, operations(w), [&](int begin, int end) {
    for (int image = begin; image < end; image++) {
      clear(output + image * outFloats(w), outFloats(w));
      walk<Part::output>(w, 0, w.filterHeight, const_cast<float*>(input) + image * inFloats(w), const_cast<float*>(filter), output + image * outFloats(w));
    }
  });
}

void depthwiseConv2dInputGradient(const Windows& w, const float* outputGradient, const float* filter, float* inputGradient) {
  parallel(w.batch, 1, operations(w), [&](int begin, int end) {
    for (int image = begin; image < end; image++) {
      clear(inputGradient + image * inFloats(w), inFloats(w));
      walk<Part::inputGradient>(w, 0, w.filterHeight, inputGradient + image * inFloats(w), const_cast<float*>(filter),
                                const_cast<float*>(outputGradient) + image * outFloats(w));
    }
  });
}

/// Each thread has some rows of the filter and goes over all images.
void depthwiseConv2dFilterGradient(const Windows& w, const float* input, const float* outputGradient, float* filterGradient) {
  clear(filterGradient, static_cast<std::ptrdiff_t>(w.filterHeight) * w.filterWidth * w.outChannels);
  parallel(w.filterHeight, 1, operations(w), [&](int begin, int end) {
    for (int image = 0; image < w.batch; image++) {
      walk<Part::filterGradient>(w, begin, end, const_cast<float*>(input) + image * inFloats(w), filterGradient,
                                 const_cast<float*>(outputGradient) + image * outFloats(w));
    }
  });
}
