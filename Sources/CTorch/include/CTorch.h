// libtorch behind a plain C surface. No policy here: each function is one ATen call (or one loop of
// them over a list), guarded so that no C++ exception crosses. A NULL result, or a non-zero status,
// means failure; `ctorch_error()` then holds libtorch's message for the calling thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// An owned reference to a `c10::TensorImpl`; give it back with `ctorch_release`.
typedef struct ctorch_tensor_s *ctorch_tensor;
typedef struct ctorch_generator_s *ctorch_generator;
typedef ctorch_tensor _Nullable ctorch_result;
typedef int32_t ctorch_status;

/// A device: the c10 device type (0 CPU, 1 CUDA, 13 MPS) and its index.
typedef struct {
  int32_t type;
  int32_t index;
} ctorch_device;

// MARK: Errors
const char *ctorch_error(void);

// MARK: Life and inspection
void ctorch_release(ctorch_tensor x);
int64_t ctorch_rank(ctorch_tensor x);
const int64_t *_Nullable ctorch_sizes(ctorch_tensor x);
int64_t ctorch_count(ctorch_tensor x);
int32_t ctorch_dtype(ctorch_tensor x);
ctorch_device ctorch_device_of(ctorch_tensor x);
bool ctorch_is_contiguous(ctorch_tensor x, bool channels_last);
ctorch_status ctorch_item(ctorch_tensor x, double *value);
ctorch_status ctorch_copy_out(ctorch_tensor x, void *bytes, size_t length);

// MARK: Making
ctorch_result ctorch_empty(const int64_t *_Nullable shape, int64_t rank, int32_t dtype, ctorch_device device);
ctorch_result ctorch_full(const int64_t *_Nullable shape, int64_t rank, double value, int32_t dtype, ctorch_device device);
ctorch_result ctorch_arange(double start, double end, double step, int32_t dtype, ctorch_device device);
ctorch_result ctorch_eye(int64_t n, int32_t dtype, ctorch_device device);
ctorch_result ctorch_copy_in(const void *bytes, const int64_t *_Nullable shape, int64_t rank, int32_t dtype);
/// A tensor over memory that the caller keeps; `release(context)` runs when the last reference goes.
ctorch_result ctorch_borrow(const void *bytes, const int64_t *shape, int64_t rank, int32_t dtype,
                            void *context, void (*release)(void *context));

// MARK: Chance
ctorch_generator _Nullable ctorch_generator_new(uint64_t seed);
void ctorch_generator_free(ctorch_generator generator);
ctorch_result ctorch_rand(const int64_t *_Nullable shape, int64_t rank, ctorch_generator generator);
ctorch_result ctorch_randn(const int64_t *_Nullable shape, int64_t rank, ctorch_generator generator);
ctorch_result ctorch_randint(int64_t low, int64_t high, const int64_t *_Nullable shape, int64_t rank, ctorch_generator generator);
ctorch_result ctorch_poisson(ctorch_tensor rates, ctorch_generator generator);
ctorch_result ctorch_randperm(int64_t n, ctorch_generator generator);
/// Seeds libtorch's own generators on every device (dropout draws from them).
void ctorch_manual_seed(uint64_t seed);

// MARK: Elementwise
#define CTORCH_UNARY(X) \
  X(neg) X(abs) X(exp) X(log) X(log1p) X(sqrt) X(rsqrt) X(square) X(sign) X(sin) X(cos) X(tanh) \
  X(sigmoid) X(relu) X(gelu) X(silu) X(softplus) X(floor) X(round) X(isfinite) X(logical_not) \
  X(detach) X(clone) X(contiguous)
#define CTORCH_BINARY(X) \
  X(add) X(sub) X(mul) X(div) X(pow) X(matmul) X(maximum) X(minimum) \
  X(eq) X(ne) X(lt) X(le) X(gt) X(ge) X(logical_and) X(logical_or)
#define CTORCH_SCALAR(X) \
  X(add) X(mul) X(pow) X(eq) X(ne) X(lt) X(le) X(gt) X(ge) X(clamp_min) X(clamp_max)
#define CTORCH_REDUCE(X) X(sum) X(mean) X(amax) X(amin) X(logsumexp)

#define CTORCH_DECLARE_UNARY(name) ctorch_result ctorch_##name(ctorch_tensor x);
#define CTORCH_DECLARE_BINARY(name) ctorch_result ctorch_##name(ctorch_tensor x, ctorch_tensor y);
#define CTORCH_DECLARE_SCALAR(name) ctorch_result ctorch_##name##_scalar(ctorch_tensor x, double y);
#define CTORCH_DECLARE_REDUCE(name) \
  ctorch_result ctorch_##name(ctorch_tensor x, const int64_t *_Nullable dims, int64_t count, bool keep);
CTORCH_UNARY(CTORCH_DECLARE_UNARY)
CTORCH_BINARY(CTORCH_DECLARE_BINARY)
CTORCH_SCALAR(CTORCH_DECLARE_SCALAR)
CTORCH_REDUCE(CTORCH_DECLARE_REDUCE)

ctorch_result ctorch_where(ctorch_tensor condition, ctorch_tensor x, ctorch_tensor y);
ctorch_result ctorch_lerp(ctorch_tensor x, ctorch_tensor y, double weight);
ctorch_result ctorch_masked_fill(ctorch_tensor x, ctorch_tensor mask, double value);
ctorch_result ctorch_to_dtype(ctorch_tensor x, int32_t dtype);
ctorch_result ctorch_to_device(ctorch_tensor x, ctorch_device device);
ctorch_result ctorch_to_channels_last(ctorch_tensor x);

// MARK: Reductions and order
ctorch_result ctorch_var(ctorch_tensor x, const int64_t *_Nullable dims, int64_t count, double correction, bool keep);
ctorch_result ctorch_norm(ctorch_tensor x, double p, const int64_t *_Nullable dims, int64_t count, bool keep);
ctorch_result ctorch_argmax(ctorch_tensor x, int64_t dim);
ctorch_result ctorch_cumsum(ctorch_tensor x, int64_t dim);
ctorch_status ctorch_topk(ctorch_tensor x, int64_t k, int64_t dim, bool largest, ctorch_result *_Nonnull values, ctorch_result *_Nonnull indices);
ctorch_status ctorch_sort(ctorch_tensor x, int64_t dim, bool descending, ctorch_result *_Nonnull values, ctorch_result *_Nonnull indices);
ctorch_result ctorch_softmax(ctorch_tensor x, int64_t dim);
ctorch_result ctorch_log_softmax(ctorch_tensor x, int64_t dim);

// MARK: Shape and indexing
ctorch_result ctorch_reshape(ctorch_tensor x, const int64_t *_Nullable shape, int64_t rank);
ctorch_result ctorch_expand(ctorch_tensor x, const int64_t *shape, int64_t rank);
ctorch_result ctorch_permute(ctorch_tensor x, const int64_t *dims, int64_t rank);
ctorch_result ctorch_transpose(ctorch_tensor x, int64_t a, int64_t b);
ctorch_result ctorch_unsqueeze(ctorch_tensor x, int64_t dim);
ctorch_result ctorch_squeeze(ctorch_tensor x, int64_t dim);
ctorch_result ctorch_slice(ctorch_tensor x, int64_t dim, int64_t start, int64_t end, int64_t step);
ctorch_result ctorch_select(ctorch_tensor x, int64_t dim, int64_t index);
ctorch_result ctorch_flip(ctorch_tensor x, const int64_t *dims, int64_t count);
ctorch_result ctorch_cat(const ctorch_tensor _Nonnull *_Nonnull xs, int64_t count, int64_t dim);
ctorch_result ctorch_stack(const ctorch_tensor _Nonnull *_Nonnull xs, int64_t count, int64_t dim);
ctorch_result ctorch_index_select(ctorch_tensor x, int64_t dim, ctorch_tensor index);
ctorch_result ctorch_gather(ctorch_tensor x, int64_t dim, ctorch_tensor index);
ctorch_result ctorch_one_hot(ctorch_tensor x, int64_t classes);
ctorch_result ctorch_diagonal(ctorch_tensor x);
ctorch_result ctorch_triu(ctorch_tensor x, int64_t diagonal);
ctorch_result ctorch_nonzero(ctorch_tensor x);

// MARK: In place
ctorch_status ctorch_copy_(ctorch_tensor x, ctorch_tensor from);
ctorch_status ctorch_index_copy_(ctorch_tensor x, int64_t dim, ctorch_tensor index, ctorch_tensor from);
ctorch_status ctorch_index_add_(ctorch_tensor x, int64_t dim, ctorch_tensor index, ctorch_tensor from);

// MARK: Linear algebra
ctorch_result ctorch_cholesky(ctorch_tensor x);
ctorch_result ctorch_solve(ctorch_tensor a, ctorch_tensor b);
ctorch_result ctorch_solve_triangular(ctorch_tensor a, ctorch_tensor b, bool upper);
ctorch_result ctorch_svdvals(ctorch_tensor x);
ctorch_status ctorch_eigh(ctorch_tensor x, ctorch_result *_Nonnull values, ctorch_result *_Nonnull vectors);

// MARK: Networks
ctorch_result ctorch_linear(ctorch_tensor x, ctorch_tensor weight, ctorch_result bias);
ctorch_result ctorch_conv2d(ctorch_tensor x, ctorch_tensor weight, ctorch_result bias, int64_t stride, int64_t padding, int64_t groups);
ctorch_result ctorch_batch_norm(ctorch_tensor x, ctorch_result weight, ctorch_result bias,
                                ctorch_result running_mean, ctorch_result running_var,
                                bool training, double momentum, double eps);
ctorch_result ctorch_layer_norm(ctorch_tensor x, const int64_t *shape, int64_t rank, ctorch_result weight, ctorch_result bias, double eps);
ctorch_result ctorch_max_pool2d(ctorch_tensor x, int64_t kernel, int64_t stride, int64_t padding);
ctorch_result ctorch_attention(ctorch_tensor q, ctorch_tensor k, ctorch_tensor v, ctorch_result mask, double dropout);
ctorch_result ctorch_dropout(ctorch_tensor x, double p, bool training);
/// Cross-entropy over dimension 1; `target` holds class indices or class probabilities.
ctorch_result ctorch_cross_entropy(ctorch_tensor x, ctorch_tensor target, double label_smoothing);

// MARK: Images
/// uint8 crops of `store` ([N, C, H, W], channels-last), each resized to height×width by the antialiased
/// bilinear kernel that torchvision uses. `boxes` holds x, y, width, height for each of `count` crops.
ctorch_result ctorch_resized_crops(ctorch_tensor store, const int64_t *indices, const int32_t *boxes,
                                   int64_t count, int64_t height, int64_t width);
/// Colours of uint8 images [N, C, H, W] (C is 1 or 3, channels-last) in one pass, as float: each pixel p of
/// an image with mean m becomes clamp(A·p + B·m + c, low, high). `mixes` holds A, B (both C×C, row-major) and c
/// for each image; `low` and `high` hold C numbers.
ctorch_result ctorch_mix_channels(ctorch_tensor x, const float *mixes, const float *low, const float *high);
/// Blurs `count` images of the float batch [N, C, H, W] (channels-last) in place, both ways, with the border
/// reflected. `kernels` holds `taps` (odd) symmetric weights for each.
ctorch_status ctorch_blur_(ctorch_tensor x, const int64_t *indices, const float *kernels, int64_t count, int64_t taps);
ctorch_result ctorch_resize(ctorch_tensor x, int64_t height, int64_t width, bool bicubic, bool antialias);
ctorch_result ctorch_grid_sample(ctorch_tensor x, ctorch_tensor grid);

// MARK: Autograd (modes are the calling thread's)
ctorch_status ctorch_set_requires_grad(ctorch_tensor x, bool on);
bool ctorch_requires_grad(ctorch_tensor x);
ctorch_status ctorch_backward(ctorch_tensor x);
/// The gradient, or NULL where there is none.
ctorch_result ctorch_grad(ctorch_tensor x);
void ctorch_set_grad(ctorch_tensor x, ctorch_result grad);
bool ctorch_grad_enabled(void);
void ctorch_set_grad_enabled(bool on);
/// Whether autocast is on for a device type, and what it casts to.
typedef struct {
  bool enabled;
  int32_t dtype;
} ctorch_autocast;
/// Turns autocast on, casting to `dtype`; gives the mode before.
ctorch_status ctorch_autocast_enter(int32_t device_type, int32_t dtype, ctorch_autocast *before);
/// Goes back to the mode before; the outermost leave clears the cache.
void ctorch_autocast_leave(int32_t device_type, ctorch_autocast before);
/// Turns autocast off and keeps its cache; gives whether it was on.
bool ctorch_autocast_pause(int32_t device_type);
void ctorch_autocast_resume(int32_t device_type);

// MARK: Lists of tensors (one pass for all parameters)
typedef const ctorch_tensor _Nonnull *_Nonnull ctorch_list;
/// The Euclidean norm of each tensor, as one tensor [count].
ctorch_result ctorch_foreach_norm(ctorch_list xs, int64_t count);
ctorch_status ctorch_foreach_mul_scalar_(ctorch_list xs, int64_t count, double y);
/// Multiplies tensor i by element i of `factors` [count].
ctorch_status ctorch_foreach_mul_(ctorch_list xs, int64_t count, ctorch_tensor factors);
ctorch_status ctorch_foreach_add_(ctorch_list xs, ctorch_list ys, int64_t count, double alpha);
ctorch_status ctorch_foreach_lerp_(ctorch_list xs, ctorch_list ys, int64_t count, double weight);
ctorch_status ctorch_fused_sgd_(ctorch_list params, ctorch_list grads, ctorch_list momenta, int64_t count,
                                double lr, double momentum, double weight_decay, bool nesterov, bool first);
ctorch_status ctorch_fused_adamw_(ctorch_list params, ctorch_list grads, ctorch_list m, ctorch_list v,
                                  ctorch_list steps, int64_t count, double lr, double beta1, double beta2,
                                  double weight_decay, double eps);

// MARK: The machine
const char *ctorch_version(void);
bool ctorch_is_cuda_build(void);
bool ctorch_has_mps(void);
int32_t ctorch_cuda_count(void);
/// Whether bf16 matrix products run in hardware on this processor (AVX512-BF16 or AMX).
bool ctorch_cpu_has_bf16(void);
int32_t ctorch_threads(void);
void ctorch_set_threads(int32_t count);
/// Treats denormal floats as zero: they slow the processor down many times over.
void ctorch_flush_denormals(void);
void ctorch_synchronize(ctorch_device device);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
