/// Gradients of a convolution with max pooling behind it (see `pooled-conv2d.cpp`). For one output channel at a time the chosen windows are
/// listed with their gradients; a window is then a few vectors: of the image, which are added up times the gradient (filter), or of the
/// filter, which are added to the image times the gradient (input).
#include "pooled-windows.hpp"
#include "thread-pool.hpp"

namespace {

/// Bytes of images worked on at once, for the first-level cache.
constexpr int blockBytes = 24576;

struct Entry {
  std::int32_t offset;
  float gradient;
};

/// A window as vectors. Where a row does not go out evenly its last vector begins earlier and repeats floats of the one before.
template <typename V>
struct Layout {
  static constexpr int width = sizeof(V) / 4;
  int rowFloats, perRow, count;
  explicit Layout(const Windows& w)
      : rowFloats(w.filterWidth * w.inChannels), perRow(ceilingOf(rowFloats, width)), count(w.filterHeight * perRow) {}
  /// Vectors that repeat floats come first, of all rows: to read again what was written a moment ago, but from another start, keeps a
  /// processor waiting.
  int row(int index, int rows) const {
    if (rowFloats % width == 0) return index / perRow;
    return index < rows ? index : (index - rows) / (perRow - 1);
  }
  /// First float of its own in the row.
  int first(int index, int rows) const {
    if (rowFloats % width == 0) return index % perRow * width;
    return index < rows ? rowFloats / width * width : (index - rows) % (perRow - 1) * width;
  }
  int start(int first) const { return maximum(0, minimum(first, rowFloats - width)); }
};

template <typename V>
class Gradients {
 public:
  Gradients(const Windows& w, int pooledPixels)
      : w(w), pixels(pooledPixels), layout(w), rowFloats(windowRowFloats(w)),
        asIs(standAsIs(w) && layout.rowFloats >= layout.width),
        height(standAsIs(w) ? w.inHeight : reach(w.outHeight, w.filterHeight, w.strideHeight)),
        imageFloats(height * rowFloats), images(maximum(1, minimum(w.batch, blockBytes / maximum(imageFloats * 4, 1)))),
        work(operationsOf(w) / (w.outHeight * w.outWidth) * pooledPixels) {}

  void filter(const float* input, const float* outputGradient, const std::int32_t* chosen, float* filterGradient, float* biasGradient) {
    parallel(w.outChannels, 1, work, [&](int begin, int end) {
      std::ptrdiff_t* offsets = listVectors();
      float* sums = scratch(3, static_cast<std::size_t>(end - begin) * layout.count * layout.width);
      clear(sums, static_cast<std::ptrdiff_t>(end - begin) * layout.count * layout.width);
      clear(biasGradient + begin, end - begin);
      eachBlock([&](int first, int count) {
        const float* source = input + first * inFloats(w);
        if (!asIs) source = padBlock(source, count);
        for (int channel = begin; channel < end; channel++) {
          Entry *list = lists(), *listEnd = listChosen(first, count, channel, outputGradient, chosen, list);
          biasGradient[channel] += sumGradients(list, listEnd);
          addWindows(list, listEnd, offsets, source, sums + static_cast<std::ptrdiff_t>(channel - begin) * layout.count * layout.width);
        }
      });
      for (int channel = begin; channel < end; channel++) {
        eachFloat([&](int place, int float_) {
          filterGradient[static_cast<std::ptrdiff_t>(place) * w.outChannels + channel] =
              sums[static_cast<std::ptrdiff_t>(channel - begin) * layout.count * layout.width + float_];
        });
      }
    });
  }

  void input(const float* outputGradient, const std::int32_t* chosen, const float* filter, float* inputGradient) {
    const std::size_t channelFloats = static_cast<std::size_t>(layout.count) * layout.width;
    float* weights = scratch(3, channelFloats * w.outChannels);
    clear(weights, static_cast<std::ptrdiff_t>(channelFloats) * w.outChannels);
    eachFloat([&](int place, int float_) {
      for (int channel = 0; channel < w.outChannels; channel++) {
        weights[channel * channelFloats + float_] = filter[static_cast<std::ptrdiff_t>(place) * w.outChannels + channel];
      }
    });
    parallel(ceilingOf(w.batch, images), 1, work, [&](int begin, int end) {
      std::ptrdiff_t* offsets = listVectors();
      for (int block = begin; block < end; block++) {
        const int first = block * images, count = minimum(images, w.batch - first);
        float* own = inputGradient + first * inFloats(w);
        float* target = asIs ? own : scratch(0, paddedFloats());
        clear(target, static_cast<std::ptrdiff_t>(count) * imageFloats);
        for (int channel = 0; channel < w.outChannels; channel++) {
          Entry *list = lists(), *listEnd = listChosen(first, count, channel, outputGradient, chosen, list);
          scatterWeights(list, listEnd, offsets, target, weights + channel * channelFloats);
        }
        for (int image = 0; image < count && !asIs; image++) {
          unpadImage(target + static_cast<std::ptrdiff_t>(image) * imageFloats, frame(), w.inChannels, w.padTop, w.padLeft, w.inHeight, w.inWidth,
                     own + image * inFloats(w));
        }
      }
    });
  }

 private:
  const Windows& w;
  const int pixels;
  const Layout<V> layout;
  const int rowFloats;
  const bool asIs;
  const int height, imageFloats, images;
  const double work;

  Frame frame() const { return {height, rowFloats / maximum(w.inChannels, 1)}; }
  /// The last vector of a narrow window reaches beyond the image.
  std::size_t paddedFloats() const { return static_cast<std::size_t>(images) * imageFloats + layout.width; }
  Entry* lists() const { return reinterpret_cast<Entry*>(scratch(2, (static_cast<std::size_t>(images) * pixels + 1) * 2)); }

  template <typename F>
  void eachBlock(F f) {
    for (int first = 0; first < w.batch; first += images) f(first, minimum(images, w.batch - first));
  }

  const float* padBlock(const float* source, int count) {
    float* padded = scratch(0, paddedFloats());
    for (int image = 0; image < count; image++) {
      padImage(source + image * inFloats(w), w.inHeight, w.inWidth, w.inChannels, w.padTop, w.padLeft, frame(),
               padded + static_cast<std::ptrdiff_t>(image) * imageFloats);
    }
    clear(padded + static_cast<std::ptrdiff_t>(count) * imageFloats, layout.width);
    return padded;
  }

  /// Offset in floats of every vector of a window from the window's first float.
  std::ptrdiff_t* listVectors() const {
    std::ptrdiff_t* offsets = reinterpret_cast<std::ptrdiff_t*>(scratch(4, static_cast<std::size_t>(layout.count) * 2));
    for (int index = 0; index < layout.count; index++) {
      offsets[index] = static_cast<std::ptrdiff_t>(layout.row(index, w.filterHeight)) * rowFloats + layout.start(layout.first(index, w.filterHeight));
    }
    return offsets;
  }

  /// Calls `f(position of the filter, float of the vectors)` for every position once.
  template <typename F>
  void eachFloat(F f) const {
    for (int index = 0; index < layout.count; index++) {
      const int first = layout.first(index, w.filterHeight), start = layout.start(first), row = layout.row(index, w.filterHeight);
      for (int at = first; at < minimum(start + layout.width, layout.rowFloats); at++) {
        f(row * layout.rowFloats + at, index * layout.width + at - start);
      }
    }
  }

  /// Neighbours in a list are of different images: what is added to one is then not read again at once.
  Entry* listChosen(int first, int count, int channel, const float* gradient, const std::int32_t* chosen, Entry* list) const {
    const std::ptrdiff_t imagePooled = static_cast<std::ptrdiff_t>(pixels) * w.outChannels;
    for (int pixel = 0; pixel < pixels; pixel++) {
      std::ptrdiff_t at = first * imagePooled + static_cast<std::ptrdiff_t>(pixel) * w.outChannels + channel;
      for (int image = 0; image < count; image++, at += imagePooled) {
        // The next entry overwrites this one if it is of no window.
        const std::int32_t offset = chosen[at];
        *list = {image * imageFloats + (offset >> 2), gradient[at]};
        list += offset >= 0;
      }
    }
    return list;
  }

  static float sumGradients(const Entry* list, const Entry* end) {
    float a = 0, b = 0, c = 0, d = 0;
    for (; list + 4 <= end; list += 4) {
      a += list[0].gradient;
      b += list[1].gradient;
      c += list[2].gradient;
      d += list[3].gradient;
    }
    for (; list < end; list++) a += list->gradient;
    return (a + b) + (c + d);
  }

  void addWindows(const Entry* list, const Entry* end, const std::ptrdiff_t* offsets, const float* source, float* sums) const {
    int index = 0;
    for (; index + 8 <= layout.count; index += 8) addVectors<8>(list, end, offsets + index, source, sums + index * layout.width);
    if (layout.count - index >= 4) addVectors<4>(list, end, offsets + index, source, sums + index * layout.width), index += 4;
    if (layout.count - index >= 2) addVectors<2>(list, end, offsets + index, source, sums + index * layout.width), index += 2;
    if (layout.count - index >= 1) addVectors<1>(list, end, offsets + index, source, sums + index * layout.width);
  }

  template <int Count>
  static void addVectors(const Entry* list, const Entry* end, const std::ptrdiff_t* offsets, const float* source, float* sums) {
    constexpr int width = sizeof(V) / 4;
    V total[Count];
    std::ptrdiff_t offset[Count];
    for (int v = 0; v < Count; v++) total[v] = load<V>(sums + v * width), offset[v] = offsets[v];
    for (; list < end; list++) {
      const float* window = source + list->offset;
      const V gradient = splat<V>(list->gradient);
#pragma GCC unroll 8
      for (int v = 0; v < Count; v++) total[v] += gradient * load<V>(window + offset[v]);
    }
    for (int v = 0; v < Count; v++) store(sums + v * width, total[v]);
  }

  void scatterWeights(const Entry* list, const Entry* end, const std::ptrdiff_t* offsets, float* target, const float* weights) const {
    int index = 0;
    for (; index + 8 <= layout.count; index += 8) scatterVectors<8>(list, end, offsets + index, target, weights + index * layout.width);
    if (layout.count - index >= 4) scatterVectors<4>(list, end, offsets + index, target, weights + index * layout.width), index += 4;
    if (layout.count - index >= 2) scatterVectors<2>(list, end, offsets + index, target, weights + index * layout.width), index += 2;
    if (layout.count - index >= 1) scatterVectors<1>(list, end, offsets + index, target, weights + index * layout.width);
  }

  template <int Count>
  static void scatterVectors(const Entry* list, const Entry* end, const std::ptrdiff_t* offsets, float* target, const float* weights) {
    constexpr int width = sizeof(V) / 4;
    V weight[Count];
    std::ptrdiff_t offset[Count];
    for (int v = 0; v < Count; v++) weight[v] = load<V>(weights + v * width), offset[v] = offsets[v];
    for (; list < end; list++) {
      float* window = target + list->offset;
      const V gradient = splat<V>(list->gradient);
#pragma GCC unroll 8
      for (int v = 0; v < Count; v++) store(window + offset[v], load<V>(window + offset[v]) + gradient * weight[v]);
    }
  }
};

}  // namespace

void pooledConv2dFilterGradient(const Windows& w, int pooledPixels, const float* input, const float* outputGradient, const std::int32_t* chosen,
                                float* filterGradient, float* biasGradient) {
  if (w.filterWidth * w.inChannels <= halfLanes) Gradients<HalfVector>(w, pooledPixels).filter(input, outputGradient, chosen, filterGradient, biasGradient);
  else Gradients<Vector>(w, pooledPixels).filter(input, outputGradient, chosen, filterGradient, biasGradient);
}

void pooledConv2dInputGradient(const Windows& w, int pooledPixels, const float* outputGradient, const std::int32_t* chosen, const float* filter,
                               float* inputGradient) {
  if (w.filterWidth * w.inChannels <= halfLanes) Gradients<HalfVector>(w, pooledPixels).input(outputGradient, chosen, filter, inputGradient);
  else Gradients<Vector>(w, pooledPixels).input(outputGradient, chosen, filter, inputGradient);
}
