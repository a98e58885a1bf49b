/// The kernels as functions of JavaScript. Node's part of this interface (Node-API) is stable and small, so that it is declared here and no
/// headers are needed. Addresses come as bytes from the begin of a WebAssembly memory, which `attach` tells.
#include <tuple>
#include <utility>
#include "kernels.hpp"
#include "lanes.hpp"
#include "thread-pool.hpp"
#if defined(_WIN32)
#include <windows.h>
#endif

typedef struct napi_env__* napi_env;
typedef struct napi_value__* napi_value;
typedef struct napi_callback_info__* napi_callback_info;
typedef int napi_status;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);

// What is resolved by the dynamic linker elsewhere has to be looked up in the running program on Windows.
#if defined(_WIN32)
template <typename Function>
static Function nodeFunction(const char* name) { return reinterpret_cast<Function>(GetProcAddress(GetModuleHandleA(nullptr), name)); }
#define NODE_API(name, ...) static auto* const name = nodeFunction<napi_status (*)(__VA_ARGS__)>(#name);
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define NODE_API(name, ...) extern "C" napi_status name(__VA_ARGS__);
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

NODE_API(napi_create_function, napi_env, const char*, std::size_t, napi_callback, void*, napi_value*)
NODE_API(napi_set_named_property, napi_env, napi_value, const char*, napi_value)
NODE_API(napi_get_cb_info, napi_env, napi_callback_info, std::size_t*, napi_value*, napi_value*, void**)
NODE_API(napi_get_value_double, napi_env, napi_value, double*)
NODE_API(napi_create_double, napi_env, double, napi_value*)
NODE_API(napi_get_arraybuffer_info, napi_env, napi_value, void**, std::size_t*)

namespace {

constexpr int mostArguments = 32;

/// Begin of the memory that the kernels of this JavaScript thread compute in.
thread_local char* memory = nullptr;

/// A number from JavaScript in the type that a kernel takes; address 0 is none.
template <typename T>
struct From {
  static T number(double value) { return static_cast<T>(value); }
};
template <>
struct From<bool> {
  static bool number(double value) { return value != 0; }
};
template <typename T>
struct From<T*> {
  static T* number(double value) { return value == 0 ? nullptr : reinterpret_cast<T*>(memory + static_cast<std::size_t>(value)); }
};

template <typename... Arguments, std::size_t... Index>
double apply(int (*kernel)(Arguments...), const double* numbers, std::index_sequence<Index...>) {
  return kernel(From<Arguments>::number(numbers[Index])...);
}
template <typename... Arguments, std::size_t... Index>
double apply(void (*kernel)(Arguments...), const double* numbers, std::index_sequence<Index...>) {
  kernel(From<Arguments>::number(numbers[Index])...);
  return 0;
}
template <typename Result, typename... Arguments>
double applyTo(Result (*kernel)(Arguments...), const double* numbers) {
  return apply(kernel, numbers, std::index_sequence_for<Arguments...>());
}

template <auto kernel>
napi_value call(napi_env env, napi_callback_info info) {
  std::size_t count = mostArguments;
  napi_value values[mostArguments];
  double numbers[mostArguments] = {};
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  for (std::size_t index = 0; index < count && index < mostArguments; index++) napi_get_value_double(env, values[index], &numbers[index]);
  napi_value result;
  napi_create_double(env, applyTo(kernel, numbers), &result);
  return result;
}

napi_value attach(napi_env env, napi_callback_info info) {
  std::size_t count = 1, length;
  napi_value buffer;
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, &buffer, nullptr, nullptr);
  napi_get_arraybuffer_info(env, buffer, &data, &length);
  memory = static_cast<char*>(data);
  return nullptr;
}

int vectorBits() { return lanes * 32; }

// The kernels' sizes as JavaScript gives them, one by one.
#define CONVOLUTION                                                                                                                  \
  int batch, int inHeight, int inWidth, int inChannels, int filterHeight, int filterWidth, int outHeight, int outWidth, int outChannels, \
      int strideHeight, int strideWidth, int padTop, int padLeft
#define DEPTHWISE                                                                                                                    \
  int batch, int inHeight, int inWidth, int inChannels, int multiplier, int filterHeight, int filterWidth, int outHeight, int outWidth, \
      int strideHeight, int strideWidth, int padTop, int padLeft
#define POOLING                                                                                                          \
  int batch, int inHeight, int inWidth, int inChannels, int filterHeight, int filterWidth, int outHeight, int outWidth, \
      int strideHeight, int strideWidth, int padTop, int padLeft
#define WINDOWS_OF(channels)                                                                                                     \
  Windows { batch, inHeight, inWidth, inChannels, filterHeight, filterWidth, outHeight, outWidth, channels, strideHeight, strideWidth, padTop, padLeft }

void callConv2d(CONVOLUTION, const float* input, const float* filter, float* output, const float* bias, int activation) {
  conv2d(WINDOWS_OF(outChannels), input, filter, output, bias, activation);
}
void callWinogradConv2d(int batch, int inHeight, int inWidth, int inChannels, int outHeight, int outWidth, int outChannels, int padTop, int padLeft,
                        const float* input, const float* filter, bool turned, float* output, const float* bias, int activation) {
  const Windows w{batch, inHeight, inWidth, inChannels, 3, 3, outHeight, outWidth, outChannels, 1, 1, padTop, padLeft};
  winogradConv2d(w, input, filter, turned, output, bias, activation);
}
void callConv2dInputGradient(CONVOLUTION, const float* outputGradient, const float* filter, float* inputGradient) {
  conv2dInputGradient(WINDOWS_OF(outChannels), outputGradient, filter, inputGradient);
}
void callConv2dFilterGradient(CONVOLUTION, const float* input, const float* outputGradient, float* filterGradient) {
  conv2dFilterGradient(WINDOWS_OF(outChannels), input, outputGradient, filterGradient);
}
void callPooledConv2d(CONVOLUTION, int poolHeight, int poolWidth, int pooledHeight, int pooledWidth, int poolStrideHeight, int poolStrideWidth,
                      const float* input, const float* filter, const float* bias, int activation, float* output, std::int32_t* chosen) {
  const PooledWindows pool{poolHeight, poolWidth, pooledHeight, pooledWidth, poolStrideHeight, poolStrideWidth};
  pooledConv2d(WINDOWS_OF(outChannels), pool, input, filter, bias, activation, output, chosen);
}
void callPooledConv2dFilterGradient(CONVOLUTION, int pooledPixels, const float* input, const float* outputGradient, const std::int32_t* chosen,
                                    float* filterGradient, float* biasGradient) {
  pooledConv2dFilterGradient(WINDOWS_OF(outChannels), pooledPixels, input, outputGradient, chosen, filterGradient, biasGradient);
}
void callPooledConv2dInputGradient(CONVOLUTION, int pooledPixels, const float* outputGradient, const std::int32_t* chosen, const float* filter,
                                   float* inputGradient) {
  pooledConv2dInputGradient(WINDOWS_OF(outChannels), pooledPixels, outputGradient, chosen, filter, inputGradient);
}
void callDepthwiseConv2d(DEPTHWISE, const float* input, const float* filter, float* output) {
  depthwiseConv2d(WINDOWS_OF(inChannels * multiplier), input, filter, output);
}
void callDepthwiseConv2dInputGradient(DEPTHWISE, const float* outputGradient, const float* filter, float* inputGradient) {
  depthwiseConv2dInputGradient(WINDOWS_OF(inChannels * multiplier), outputGradient, filter, inputGradient);
}
void callDepthwiseConv2dFilterGradient(DEPTHWISE, const float* input, const float* outputGradient, float* filterGradient) {
  depthwiseConv2dFilterGradient(WINDOWS_OF(inChannels * multiplier), input, outputGradient, filterGradient);
}
void callMaxPool(POOLING, const float* input, float* output) { maxPool(WINDOWS_OF(inChannels), input, output); }
void callMaxPoolGradient(POOLING, const float* input, const float* outputGradient, float* inputGradient) {
  maxPoolGradient(WINDOWS_OF(inChannels), input, outputGradient, inputGradient);
}
void callAveragePool(POOLING, const float* input, float* output) { averagePool(WINDOWS_OF(inChannels), input, output); }
void callAveragePoolGradient(POOLING, const float* outputGradient, float* inputGradient) {
  averagePoolGradient(WINDOWS_OF(inChannels), outputGradient, inputGradient);
}
/// Copies `count` floats and fills up with zeros.
void padVector(const float* source, int count, int paddedCount, float* target) {
  for (int index = 0; index < paddedCount; index++) target[index] = index < count ? source[index] : 0;
}
/// Scratch comes from the threads themselves.
int noBytes() { return 0; }

struct Export {
  const char* name;
  napi_callback function;
};
const Export all[] = {
    {"attach", attach},
    {"setThreads", call<setThreads>},
    {"vectorBits", call<vectorBits>},
    {"packedBytes", call<packedBytes>},
    {"packPanels", call<packPanels>},
    {"padVector", call<padVector>},
    {"gemm", call<gemm>},
    {"gemmScratchBytes", call<noBytes>},
    {"vectorProduct", call<vectorProduct>},
    {"conv2d", call<callConv2d>},
    {"conv2dScratchBytes", call<noBytes>},
    {"winogradConv2d", call<callWinogradConv2d>},
    {"winogradConv2dScratchBytes", call<noBytes>},
    {"conv2dInputGradient", call<callConv2dInputGradient>},
    {"conv2dInputGradientScratchBytes", call<noBytes>},
    {"conv2dFilterGradient", call<callConv2dFilterGradient>},
    {"conv2dFilterGradientScratchBytes", call<noBytes>},
    {"depthwiseConv2d", call<callDepthwiseConv2d>},
    {"depthwiseConv2dInputGradient", call<callDepthwiseConv2dInputGradient>},
    {"depthwiseConv2dFilterGradient", call<callDepthwiseConv2dFilterGradient>},
    {"pooledConv2d", call<callPooledConv2d>},
    {"pooledConv2dScratchBytes", call<noBytes>},
    {"pooledConv2dFilterGradient", call<callPooledConv2dFilterGradient>},
    {"pooledConv2dInputGradient", call<callPooledConv2dInputGradient>},
    {"pooledConv2dGradientScratchBytes", call<noBytes>},
    {"maxPool", call<callMaxPool>},
    {"maxPoolGradient", call<callMaxPoolGradient>},
    {"averagePool", call<callAveragePool>},
    {"averagePoolGradient", call<callAveragePoolGradient>},
    {"activateAll", call<activateAll>},
    {"reluGradient", call<reluGradient>},
    {"addAll", call<addAll>},
    {"sumRows", call<sumRows>},
    {"addBias", call<addBias>},
    {"scaleRows", call<scaleRows>},
    {"softmax", call<softmax>},
    {"segmentSum", call<segmentSum>},
    {"batchNorm", call<batchNorm>},
    {"batchNormGradient", call<batchNormGradient>},
    {"adamStep", call<adamStep>},
    {"momentumStep", call<momentumStep>},
    {"gradientStep", call<gradientStep>},
};

}  // namespace

EXPORTED napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  for (const Export& one : all) {
    napi_value function;
    napi_create_function(env, one.name, static_cast<std::size_t>(-1), one.function, nullptr, &function);
    napi_set_named_property(env, exports, one.name, function);
  }
  return exports;
}
