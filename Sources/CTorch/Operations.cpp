// Arithmetic, reductions, shape and indexing, linear algebra.
#include <ATen/ATen.h>

#include <cmath>

#include "Guard.h"

using namespace ctorch;

#define UNARY(name) \
  ctorch_result ctorch_##name(ctorch_tensor x) { return tensor([&] { return ref(x).name(); }); }
#define UNARY_FUNCTION(name) \
  ctorch_result ctorch_##name(ctorch_tensor x) { return tensor([&] { return at::name(ref(x)); }); }
#define BINARY(name) \
  ctorch_result ctorch_##name(ctorch_tensor x, ctorch_tensor y) { \
    return tensor([&] { return at::name(ref(x), ref(y)); }); \
  }
#define SCALAR(name) \
  ctorch_result ctorch_##name##_scalar(ctorch_tensor x, double y) { \
    return tensor([&] { return at::name(ref(x), scalar(y)); }); \
  }
#define REDUCE(name) \
  ctorch_result ctorch_##name(ctorch_tensor x, const int64_t *d, int64_t count, bool keep) { \
    return tensor([&] { return at::name(ref(x), axes(ref(x), d, count), keep); }); \
  }

namespace {
/// Whole numbers stay integers, so that `int64 + 1` keeps its dtype.
c10::Scalar scalar(double value) {
  const bool fits = std::abs(value) < 9007199254740992.0;  // 2^53; also false for NaN
  return fits && std::trunc(value) == value ? c10::Scalar(static_cast<int64_t>(value))
                                            : c10::Scalar(value);
}

/// The dimensions to reduce: all of them where none are given.
std::vector<int64_t> axes(const at::Tensor &x, const int64_t *values, int64_t count) {
  if (values != nullptr) return {values, values + count};
  std::vector<int64_t> all(x.dim());
  for (int64_t i = 0; i < x.dim(); ++i) all[i] = i;
  return all;
}
}  // namespace

UNARY(neg) UNARY(abs) UNARY(exp) UNARY(log) UNARY(log1p) UNARY(sqrt) UNARY(rsqrt) UNARY(square)
UNARY(sign) UNARY(sin) UNARY(cos) UNARY(tanh) UNARY(sigmoid) UNARY(relu) UNARY(floor) UNARY(round)
UNARY(isfinite) UNARY(logical_not) UNARY(detach) UNARY(clone) UNARY(contiguous)
UNARY_FUNCTION(gelu) UNARY_FUNCTION(silu) UNARY_FUNCTION(softplus)
CTORCH_BINARY(BINARY)
CTORCH_SCALAR(SCALAR)
CTORCH_REDUCE(REDUCE)

ctorch_result ctorch_where(ctorch_tensor condition, ctorch_tensor x, ctorch_tensor y) {
  return tensor([&] { return at::where(ref(condition), ref(x), ref(y)); });
}

ctorch_result ctorch_lerp(ctorch_tensor x, ctorch_tensor y, double weight) {
  return tensor([&] { return at::lerp(ref(x), ref(y), weight); });
}

ctorch_result ctorch_masked_fill(ctorch_tensor x, ctorch_tensor mask, double value) {
  return tensor([&] { return at::masked_fill(ref(x), ref(mask), value); });
}

ctorch_result ctorch_to_dtype(ctorch_tensor x, int32_t dtype) {
  return tensor([&] { return ref(x).to(static_cast<c10::ScalarType>(dtype)); });
}

ctorch_result ctorch_to_device(ctorch_tensor x, ctorch_device d) {
  return tensor([&] {
    const auto target = device(d);
    // A GPU need not be waited for: what is copied from pageable memory is staged before the call
    // returns.
    return ref(x).to(target, /*non_blocking=*/ref(x).is_cpu() && target.is_cuda());
  });
}

ctorch_result ctorch_to_channels_last(ctorch_tensor x) {
  return tensor([&] { return ref(x).contiguous(at::MemoryFormat::ChannelsLast); });
}

ctorch_result ctorch_var(ctorch_tensor x, const int64_t *d, int64_t count, double correction, bool keep) {
  return tensor([&] { return at::var(ref(x), dims(d, count), scalar(correction), keep); });
}

ctorch_result ctorch_norm(ctorch_tensor x, double p, const int64_t *d, int64_t count, bool keep) {
  return tensor([&] { return at::linalg_vector_norm(ref(x), p, dims(d, count), keep); });
}

ctorch_result ctorch_argmax(ctorch_tensor x, int64_t dim) {
  return tensor([&] { return at::argmax(ref(x), dim); });
}

ctorch_result ctorch_cumsum(ctorch_tensor x, int64_t dim) {
  return tensor([&] { return at::cumsum(ref(x), dim); });
}

ctorch_status ctorch_topk(ctorch_tensor x, int64_t k, int64_t dim, bool largest, ctorch_result *values, ctorch_result *indices) {
  return status([&] {
    auto [v, i] = at::topk(ref(x), k, dim, largest);
    *values = give(v);
    *indices = give(i);
  });
}

ctorch_status ctorch_sort(ctorch_tensor x, int64_t dim, bool descending, ctorch_result *values, ctorch_result *indices) {
  return status([&] {
    auto [v, i] = at::sort(ref(x), /*stable=*/true, dim, descending);
    *values = give(v);
    *indices = give(i);
  });
}

ctorch_result ctorch_softmax(ctorch_tensor x, int64_t dim) {
  return tensor([&] { return at::softmax(ref(x), dim); });
}

ctorch_result ctorch_log_softmax(ctorch_tensor x, int64_t dim) {
  return tensor([&] { return at::log_softmax(ref(x), dim); });
}

ctorch_result ctorch_reshape(ctorch_tensor x, const int64_t *shape, int64_t rank) {
  return tensor([&] { return ref(x).reshape(ints(shape, rank)); });
}

ctorch_result ctorch_expand(ctorch_tensor x, const int64_t *shape, int64_t rank) {
  return tensor([&] { return ref(x).expand(ints(shape, rank)); });
}

ctorch_result ctorch_permute(ctorch_tensor x, const int64_t *d, int64_t rank) {
  return tensor([&] { return ref(x).permute(ints(d, rank)); });
}

ctorch_result ctorch_transpose(ctorch_tensor x, int64_t a, int64_t b) {
  return tensor([&] { return ref(x).transpose(a, b); });
}

ctorch_result ctorch_unsqueeze(ctorch_tensor x, int64_t dim) {
  return tensor([&] { return ref(x).unsqueeze(dim); });
}

ctorch_result ctorch_squeeze(ctorch_tensor x, int64_t dim) {
  return tensor([&] { return ref(x).squeeze(dim); });
}

ctorch_result ctorch_slice(ctorch_tensor x, int64_t dim, int64_t start, int64_t end, int64_t step) {
  return tensor([&] { return ref(x).slice(dim, start, end, step); });
}

ctorch_result ctorch_select(ctorch_tensor x, int64_t dim, int64_t index) {
  return tensor([&] { return ref(x).select(dim, index); });
}

ctorch_result ctorch_flip(ctorch_tensor x, const int64_t *d, int64_t count) {
  return tensor([&] { return ref(x).flip(ints(d, count)); });
}

ctorch_result ctorch_cat(const ctorch_tensor *xs, int64_t count, int64_t dim) {
  return tensor([&] { return at::cat(list(xs, count), dim); });
}

ctorch_result ctorch_stack(const ctorch_tensor *xs, int64_t count, int64_t dim) {
  return tensor([&] { return at::stack(list(xs, count), dim); });
}

ctorch_result ctorch_index_select(ctorch_tensor x, int64_t dim, ctorch_tensor index) {
  return tensor([&] { return ref(x).index_select(dim, ref(index)); });
}

ctorch_result ctorch_gather(ctorch_tensor x, int64_t dim, ctorch_tensor index) {
  return tensor([&] { return ref(x).gather(dim, ref(index)); });
}

ctorch_result ctorch_one_hot(ctorch_tensor x, int64_t classes) {
  return tensor([&] { return at::one_hot(ref(x), classes); });
}

ctorch_result ctorch_diagonal(ctorch_tensor x) {
  return tensor([&] { return ref(x).diagonal(); });
}

ctorch_result ctorch_triu(ctorch_tensor x, int64_t diagonal) {
  return tensor([&] { return ref(x).triu(diagonal); });
}

ctorch_result ctorch_nonzero(ctorch_tensor x) {
  return tensor([&] { return ref(x).nonzero(); });
}

ctorch_status ctorch_copy_(ctorch_tensor x, ctorch_tensor from) {
  return status([&] { ref(x).copy_(ref(from)); });
}

ctorch_status ctorch_index_copy_(ctorch_tensor x, int64_t dim, ctorch_tensor index, ctorch_tensor from) {
  return status([&] { ref(x).index_copy_(dim, ref(index), ref(from)); });
}

ctorch_status ctorch_index_add_(ctorch_tensor x, int64_t dim, ctorch_tensor index, ctorch_tensor from) {
  return status([&] { ref(x).index_add_(dim, ref(index), ref(from)); });
}

ctorch_result ctorch_cholesky(ctorch_tensor x) {
  return tensor([&] { return at::linalg_cholesky(ref(x)); });
}

ctorch_result ctorch_solve(ctorch_tensor a, ctorch_tensor b) {
  return tensor([&] { return at::linalg_solve(ref(a), ref(b)); });
}

ctorch_result ctorch_solve_triangular(ctorch_tensor a, ctorch_tensor b, bool upper) {
  return tensor([&] { return at::linalg_solve_triangular(ref(a), ref(b), upper); });
}

ctorch_result ctorch_svdvals(ctorch_tensor x) {
  return tensor([&] { return at::linalg_svdvals(ref(x)); });
}

ctorch_status ctorch_eigh(ctorch_tensor x, ctorch_result *values, ctorch_result *vectors) {
  return status([&] {
    auto [w, v] = at::linalg_eigh(ref(x));
    *values = give(w);
    *vectors = give(v);
  });
}
