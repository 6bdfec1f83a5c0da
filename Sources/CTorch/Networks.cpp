// Layers, attention, images.
#include <ATen/Parallel.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include "Guard.h"

using namespace ctorch;

ctorch_result ctorch_linear(ctorch_tensor x, ctorch_tensor weight, ctorch_result bias) {
  return tensor([&] { return at::linear(ref(x), ref(weight), maybe(bias)); });
}

ctorch_result ctorch_conv2d(ctorch_tensor x, ctorch_tensor weight, ctorch_result bias, int64_t stride, int64_t padding, int64_t groups) {
  return tensor([&] {
    return at::conv2d(ref(x), ref(weight), maybe(bias), stride, padding, /*dilation=*/1, groups);
  });
}

ctorch_result ctorch_batch_norm(ctorch_tensor x, ctorch_result weight, ctorch_result bias,
                                ctorch_result running_mean, ctorch_result running_var,
                                bool training, double momentum, double eps) {
  return tensor([&] {
    return at::batch_norm(ref(x), maybe(weight), maybe(bias), maybe(running_mean), maybe(running_var),
                          training, momentum, eps, /*cudnn_enabled=*/true);
  });
}

ctorch_result ctorch_layer_norm(ctorch_tensor x, const int64_t *shape, int64_t rank, ctorch_result weight, ctorch_result bias, double eps) {
  return tensor([&] {
    return at::layer_norm(ref(x), ints(shape, rank), maybe(weight), maybe(bias), eps);
  });
}

ctorch_result ctorch_max_pool2d(ctorch_tensor x, int64_t kernel, int64_t stride, int64_t padding) {
  return tensor([&] { return at::max_pool2d(ref(x), kernel, stride, padding); });
}

ctorch_result ctorch_attention(ctorch_tensor q, ctorch_tensor k, ctorch_tensor v, ctorch_result mask, double dropout) {
  return tensor([&] {
    return at::scaled_dot_product_attention(ref(q), ref(k), ref(v), maybe(mask), dropout);
  });
}

ctorch_result ctorch_dropout(ctorch_tensor x, double p, bool training) {
  return tensor([&] { return at::dropout(ref(x), p, training); });
}

ctorch_result ctorch_cross_entropy(ctorch_tensor x, ctorch_tensor target, double label_smoothing) {
  return tensor([&] {
    return at::cross_entropy_loss(ref(x), ref(target), std::nullopt, at::Reduction::Mean,
                                  /*ignore_index=*/-100, label_smoothing);
  });
}

ctorch_result ctorch_resized_crops(ctorch_tensor store, const int64_t *indices, const int32_t *boxes,
                                   int64_t count, int64_t height, int64_t width) {
  return tensor([&] {
    const auto images = ref(store);
    TORCH_CHECK(images.dim() == 4, "resized_crops: a store [N, C, H, W] is expected, not ", images.sizes());
    auto result = at::empty({count, images.size(1), height, width},
                            images.options().memory_format(at::MemoryFormat::ChannelsLast));
    at::parallel_for(0, count, /*grain=*/8, [&](int64_t begin, int64_t end) {
      at::AutoDispatchBelowAutograd below;
      for (int64_t i = begin; i < end; ++i) {
        const int32_t *box = boxes + 4 * i;
        const auto crop = images.narrow(0, indices[i], 1).narrow(2, box[1], box[3]).narrow(3, box[0], box[2]);
        auto slot = result.narrow(0, i, 1);
        if (box[2] == width && box[3] == height) {
          slot.copy_(crop);
        } else {
          at::_upsample_bilinear2d_aa_out(slot, crop, {height, width}, /*align_corners=*/false);
        }
      }
    });
    return result;
  });
}

ctorch_result ctorch_resize(ctorch_tensor x, int64_t height, int64_t width, bool bicubic, bool antialias) {
  return tensor([&] {
    const std::vector<int64_t> size{height, width};
    if (bicubic)
      return antialias ? at::_upsample_bicubic2d_aa(ref(x), size, false) : at::upsample_bicubic2d(ref(x), size, false);
    return antialias ? at::_upsample_bilinear2d_aa(ref(x), size, false) : at::upsample_bilinear2d(ref(x), size, false);
  });
}

ctorch_result ctorch_grid_sample(ctorch_tensor x, ctorch_tensor grid) {
  return tensor([&] {
    return at::grid_sampler(ref(x), ref(grid), /*bilinear=*/0, /*zeros=*/0, /*align_corners=*/false);
  });
}
