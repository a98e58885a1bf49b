/// Everything the addon offers to JavaScript. Tensors are dense, `[batch, height, width, channels]` or `[rows, columns]`, at any float's
/// address. What each kernel computes is said in `src/kernels/kernels.ts` and `src/kernels/wasm/`, whose results these equal but for rounding.
#pragma once
#include <cstddef>
#include <cstdint>

// pack.cpp
int packedBytes(int k, int n);
void packPanels(const float* source, int k, int n, bool transposed, float* target);
/// The panels of `k` rows among `allRows` of a packed matrix, from row `firstRow` on; strides in floats.
void packRows(const float* source, int k, int n, std::ptrdiff_t rowStride, std::ptrdiff_t columnStride, int firstRow, int allRows, float* target);

// gemm.cpp
void gemm(int m, int n, int k, const float* a, bool transposeA, const float* b, float* c, const float* bias, bool accumulate, int activation);
void vectorProduct(int n, int k, const float* a, const float* b, bool transposeB, float* c, const float* bias, bool accumulate, int activation);

/// Where the windows of a convolution stand.
struct Windows {
  int batch, inHeight, inWidth, inChannels, filterHeight, filterWidth, outHeight, outWidth, outChannels;
  int strideHeight, strideWidth, padTop, padLeft;
};

/// Max pooling behind a convolution, without padding.
struct PooledWindows {
  int height, width, outHeight, outWidth, strideHeight, strideWidth;
};

// conv2d.cpp
void conv2d(const Windows& w, const float* input, const float* filter, float* output, const float* bias, int activation);
/// One image, on the calling thread; uses the scratch slot 0.
void convolveImage(const Windows& w, const float* image, const float* packedFilter, float* output, const float* bias, int activation);
/// Filter as it stands, 3 x 3; `turned`: of the convolution whose input gradient this one is.
void winogradConv2d(const Windows& w, const float* input, const float* filter, bool turned, float* output, const float* bias, int activation);
void conv2dInputGradient(const Windows& w, const float* outputGradient, const float* filter, float* inputGradient);
void conv2dFilterGradient(const Windows& w, const float* input, const float* outputGradient, float* filterGradient);

void pooledConv2d(const Windows& w, const PooledWindows& pool, const float* input, const float* filter, const float* bias, int activation,
                  float* output, std::int32_t* chosen);
void pooledConv2dFilterGradient(const Windows& w, int pooledPixels, const float* input, const float* outputGradient, const std::int32_t* chosen,
                                float* filterGradient, float* biasGradient);
void pooledConv2dInputGradient(const Windows& w, int pooledPixels, const float* outputGradient, const std::int32_t* chosen, const float* filter,
                               float* inputGradient);

/// `outChannels` is `inChannels` times the multiplier.
void depthwiseConv2d(const Windows& w, const float* input, const float* filter, float* output);
void depthwiseConv2dInputGradient(const Windows& w, const float* outputGradient, const float* filter, float* inputGradient);
void depthwiseConv2dFilterGradient(const Windows& w, const float* input, const float* outputGradient, float* filterGradient);

void maxPool(const Windows& w, const float* input, float* output);
void maxPoolGradient(const Windows& w, const float* input, const float* outputGradient, float* inputGradient);
void averagePool(const Windows& w, const float* input, float* output);
void averagePoolGradient(const Windows& w, const float* outputGradient, float* inputGradient);

void batchNorm(int rows, int columns, const float* input, const float* gamma, const float* beta, float epsilon, int activation, float* output,
               float* mean, float* variance);
void batchNormGradient(int rows, int columns, const float* input, const float* outputGradient, const float* gamma, const float* beta,
                       const float* mean, const float* variance, float epsilon, int activation, float* inputGradient, float* gammaGradient,
                       float* betaGradient);

// elementwise.cpp
void activateAll(int count, const float* input, float* output, int activation);
void reluGradient(int count, const float* value, const float* outputGradient, float* inputGradient, int activation);
void addAll(int count, const float* a, const float* b, float* output);

// rows.cpp
void sumRows(int rows, int columns, const float* input, float* output);
void addBias(int rows, int columns, const float* input, const float* bias, float* output);
void scaleRows(int rows, int columns, const float* input, const float* scale, const float* shift, float* output, int activation);
void softmax(int rows, int columns, const float* input, float* output);
void segmentSum(int rows, int columns, int segmentCount, const float* input, const std::int32_t* segments, float* output);

// optimizer-steps.cpp
void adamStep(int count, float* weights, const float* gradient, float* momentum, float* velocity, float rate, float beta1, float rest1,
              float beta2, float rest2, float epsilon, float decay);
void momentumStep(int count, float* weights, const float* gradient, float* velocity, float learningRate, float momentum, bool nesterov);
void gradientStep(int count, float* weights, const float* gradient, float learningRate);
