// Passes over images that tensor operations would take several trips through memory for.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstring>

#include "Guard.h"

using namespace ctorch;

// The loops below are compiled for the vector units of this and of older processors, and the right
// one is chosen at run time.
#if defined(__x86_64__) && defined(__linux__)
#define CTORCH_VECTORISED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CTORCH_VECTORISED
#endif

namespace {

/// Elements handled at once: whole pixels of 1 or 3 channels, and whole vectors.
constexpr int64_t block = 48;

CTORCH_VECTORISED
void sum_channels(const uint8_t *x, int64_t count, int64_t channels, double *sums) {
  uint32_t lanes[block] = {};
  int64_t i = 0;
  for (; i + block <= count; i += block)
    for (int64_t j = 0; j < block; ++j) lanes[j] += x[i + j];
  for (int64_t c = 0; c < channels; ++c) sums[c] = 0;
  for (int64_t j = 0; j < block; ++j) sums[j % channels] += lanes[j];
  for (; i < count; ++i) sums[i % channels] += x[i];
}

/// What one element of a block becomes: a weighted sum of itself and its neighbours within two places
/// (the other channels of its pixel; weights of other pixels are 0), plus an offset, clamped.
struct Mixing {
  float weights[5][block];
  float offset[block], low[block], high[block];
};

CTORCH_VECTORISED
void mix(const uint8_t *x, float *y, int64_t count, const Mixing &m) {
  float near[block + 4] = {};
  float tail[block];
  for (int64_t i = 0; i < count; i += block) {
    const int64_t size = std::min(block, count - i);
    float *out = size == block ? y + i : tail;
    if (size == block) {
      for (int64_t j = 0; j < block; ++j) near[j + 2] = x[i + j];
    } else {
      for (int64_t j = 0; j < size; ++j) near[j + 2] = x[i + j];
    }
    for (int64_t j = 0; j < block; ++j) {
      float sum = m.offset[j] + m.weights[2][j] * near[j + 2];
      sum += m.weights[0][j] * near[j] + m.weights[1][j] * near[j + 1];
      sum += m.weights[3][j] * near[j + 3] + m.weights[4][j] * near[j + 4];
      out[j] = std::min(std::max(sum, m.low[j]), m.high[j]);
    }
    if (size < block) std::memcpy(y + i, tail, size * sizeof(float));
  }
}

/// A symmetric weighted sum of 2 · radius + 1 lines.
CTORCH_VECTORISED
void weigh(const float *const *lines, const float *taps, int64_t radius, float *y, int64_t count) {
  constexpr int64_t wide = 64;
  int64_t i = 0;
  for (; i + wide <= count; i += wide) {
    float sum[wide];
    for (int64_t j = 0; j < wide; ++j) sum[j] = taps[radius] * lines[radius][i + j];
    for (int64_t t = 0; t < radius; ++t) {
      const float *a = lines[t] + i, *b = lines[2 * radius - t] + i;
      for (int64_t j = 0; j < wide; ++j) sum[j] += taps[t] * (a[j] + b[j]);
    }
    for (int64_t j = 0; j < wide; ++j) y[i + j] = sum[j];
  }
  for (; i < count; ++i) {
    float sum = taps[radius] * lines[radius][i];
    for (int64_t t = 0; t < radius; ++t) sum += taps[t] * (lines[t][i] + lines[2 * radius - t][i]);
    y[i] = sum;
  }
}

int64_t reflected(int64_t i, int64_t size) {
  return i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
}

void blur(float *image, int64_t height, int64_t width, int64_t channels, const float *taps,
          int64_t radius) {
  const int64_t length = width * channels;
  const std::vector<float> source(image, image + height * length);
  std::vector<float> padded(length + 2 * radius * channels);
  std::vector<const float *> lines(2 * radius + 1);
  float *row = padded.data() + radius * channels;
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t t = 0; t <= 2 * radius; ++t)
      lines[t] = source.data() + reflected(y + t - radius, height) * length;
    weigh(lines.data(), taps, radius, row, length);
    for (int64_t x = 1; x <= radius; ++x) {
      std::memcpy(row - x * channels, row + x * channels, channels * sizeof(float));
      std::memcpy(row + (width - 1 + x) * channels, row + (width - 1 - x) * channels,
                  channels * sizeof(float));
    }
    for (int64_t t = 0; t <= 2 * radius; ++t) lines[t] = padded.data() + t * channels;
    weigh(lines.data(), taps, radius, image + y * length, length);
  }
}

}  // namespace

ctorch_result ctorch_mix_channels(ctorch_tensor x, const float *mixes, const float *low, const float *high) {
  return tensor([&] {
    const auto images = ref(x);
    TORCH_CHECK(images.dim() == 4 && (images.size(1) == 1 || images.size(1) == 3) &&
                    images.scalar_type() == at::kByte &&
                    images.is_contiguous(at::MemoryFormat::ChannelsLast),
                "mix_channels: uint8 [N, 1 or 3, H, W], channels-last, is expected, not ", images.sizes());
    const int64_t channels = images.size(1), area = images.size(2) * images.size(3);
    const int64_t length = channels * area, numbers = channels * (2 * channels + 1);
    auto result = at::empty(images.sizes(),
                            images.options().dtype(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
    const auto *source = static_cast<const uint8_t *>(images.const_data_ptr());
    auto *target = result.mutable_data_ptr<float>();
    at::parallel_for(0, images.size(0), /*grain=*/1, [&](int64_t begin, int64_t end) {
      Mixing m{};
      for (int64_t i = begin; i < end; ++i) {
        const float *pixel = mixes + i * numbers, *mean = pixel + channels * channels;
        const float *constant = mean + channels * channels;
        double sums[3];
        sum_channels(source + i * length, length, channels, sums);
        for (int64_t j = 0; j < block; ++j) {
          const int64_t c = j % channels;
          double offset = constant[c];
          for (int64_t k = 0; k < channels; ++k) {
            offset += mean[c * channels + k] * sums[k] / static_cast<double>(area);
            m.weights[2 + k - c][j] = pixel[c * channels + k];
          }
          m.offset[j] = static_cast<float>(offset);
          m.low[j] = low[c];
          m.high[j] = high[c];
        }
        mix(source + i * length, target + i * length, length, m);
      }
    });
    return result;
  });
}

ctorch_status ctorch_blur_(ctorch_tensor x, const int64_t *indices, const float *kernels, int64_t count, int64_t taps) {
  return status([&] {
    const auto images = ref(x);
    TORCH_CHECK(images.dim() == 4 && images.scalar_type() == at::kFloat &&
                    images.is_contiguous(at::MemoryFormat::ChannelsLast),
                "blur_: float [N, C, H, W], channels-last, is expected, not ", images.sizes());
    const int64_t channels = images.size(1), height = images.size(2), width = images.size(3);
    TORCH_CHECK(taps % 2 == 1 && taps / 2 < std::min(height, width), "blur_: ", taps, " taps for ", images.sizes());
    auto *pixels = images.mutable_data_ptr<float>();
    at::parallel_for(0, count, /*grain=*/1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const float *kernel = kernels + i * taps;
        int64_t skipped = 0;  // taps too light to matter, most of them where the deviation is small
        while (skipped < taps / 2 && kernel[skipped] < 1e-7f) ++skipped;
        blur(pixels + indices[i] * channels * height * width, height, width, channels, kernel + skipped,
             taps / 2 - skipped);
      }
    });
  });
}
