// Life, inspection, making and chance.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/poisson.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randperm.h>

#include <cstring>

#include "Guard.h"

using namespace ctorch;

namespace {
thread_local std::string last_error;
const ctorch_device cpu{0, 0};

at::Generator &generator_of(ctorch_generator generator) {
  return *reinterpret_cast<at::Generator *>(generator);
}
}  // namespace

void ctorch::set_error(const char *message) { last_error = message; }
const char *ctorch_error(void) { return last_error.c_str(); }

void ctorch_release(ctorch_tensor x) {
  c10::raw::intrusive_ptr::decref(reinterpret_cast<c10::TensorImpl *>(x));
}

static c10::TensorImpl &impl(ctorch_tensor x) { return *reinterpret_cast<c10::TensorImpl *>(x); }
int64_t ctorch_rank(ctorch_tensor x) { return impl(x).dim(); }
const int64_t *ctorch_sizes(ctorch_tensor x) { return impl(x).sizes().data(); }
int64_t ctorch_count(ctorch_tensor x) { return impl(x).numel(); }
int32_t ctorch_dtype(ctorch_tensor x) {
  return static_cast<int32_t>(c10::typeMetaToScalarType(impl(x).dtype()));
}
ctorch_device ctorch_device_of(ctorch_tensor x) {
  const auto device = impl(x).device();
  return {static_cast<int32_t>(device.type()), device.has_index() ? device.index() : 0};
}
bool ctorch_is_contiguous(ctorch_tensor x, bool channels_last) {
  return impl(x).is_contiguous(channels_last ? at::MemoryFormat::ChannelsLast
                                             : at::MemoryFormat::Contiguous);
}

ctorch_status ctorch_item(ctorch_tensor x, double *value) {
  return status([&] { *value = ref(x).item().toDouble(); });
}

ctorch_status ctorch_copy_out(ctorch_tensor x, void *bytes, size_t length) {
  return status([&] {
    const auto source = ref(x).detach().to(at::kCPU).contiguous();
    TORCH_CHECK(source.nbytes() == length, "copy_out: ", source.nbytes(), " bytes into ", length);
    if (length > 0) std::memcpy(bytes, source.const_data_ptr(), length);
  });
}

ctorch_result ctorch_empty(const int64_t *shape, int64_t rank, int32_t dtype, ctorch_device device) {
  return tensor([&] { return at::empty(ints(shape, rank), options(dtype, device)); });
}

ctorch_result ctorch_full(const int64_t *shape, int64_t rank, double value, int32_t dtype, ctorch_device device) {
  return tensor([&] { return at::full(ints(shape, rank), value, options(dtype, device)); });
}

ctorch_result ctorch_arange(double start, double end, double step, int32_t dtype, ctorch_device device) {
  return tensor([&] { return at::arange(start, end, step, options(dtype, device)); });
}

ctorch_result ctorch_eye(int64_t n, int32_t dtype, ctorch_device device) {
  return tensor([&] { return at::eye(n, options(dtype, device)); });
}

ctorch_result ctorch_copy_in(const void *bytes, const int64_t *shape, int64_t rank, int32_t dtype) {
  return tensor([&] {
    auto result = at::empty(ints(shape, rank), options(dtype, cpu));
    if (result.nbytes() > 0) std::memcpy(result.mutable_data_ptr(), bytes, result.nbytes());
    return result;
  });
}

ctorch_result ctorch_borrow(const void *bytes, const int64_t *shape, int64_t rank, int32_t dtype,
                            void *context, void (*release)(void *context)) {
  return tensor([&] {
    return at::from_blob(
        const_cast<void *>(bytes), ints(shape, rank), [=](void *) { release(context); },
        c10::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)));
  });
}

ctorch_generator ctorch_generator_new(uint64_t seed) {
  ctorch_generator result = nullptr;
  attempt([&] {
    result = reinterpret_cast<ctorch_generator>(
        new at::Generator(at::make_generator<at::CPUGeneratorImpl>(seed)));
  });
  return result;
}

void ctorch_generator_free(ctorch_generator generator) {
  delete reinterpret_cast<at::Generator *>(generator);
}

ctorch_result ctorch_rand(const int64_t *shape, int64_t rank, ctorch_generator generator) {
  return tensor([&] { return at::rand(ints(shape, rank), generator_of(generator), at::kFloat); });
}

ctorch_result ctorch_randn(const int64_t *shape, int64_t rank, ctorch_generator generator) {
  return tensor([&] { return at::randn(ints(shape, rank), generator_of(generator), at::kFloat); });
}

ctorch_result ctorch_randint(int64_t low, int64_t high, const int64_t *shape, int64_t rank, ctorch_generator generator) {
  return tensor([&] {
    return at::randint(low, high, ints(shape, rank), generator_of(generator), at::kLong);
  });
}

ctorch_result ctorch_poisson(ctorch_tensor rates, ctorch_generator generator) {
  return tensor([&] { return at::poisson(ref(rates), generator_of(generator)); });
}

ctorch_result ctorch_randperm(int64_t n, ctorch_generator generator) {
  return tensor([&] { return at::randperm(n, generator_of(generator), at::kLong); });
}

void ctorch_manual_seed(uint64_t seed) {
  attempt([&] { at::manual_seed(seed); });
}
