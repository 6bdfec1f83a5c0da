// Turning handles into tensors and exceptions into messages; private to CTorch.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "CTorch.h"

namespace ctorch {

void set_error(const char *message);

/// A counted reference to the tensor behind a handle.
inline at::Tensor ref(ctorch_tensor handle) {
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(
      reinterpret_cast<c10::TensorImpl *>(handle)));
}

inline std::optional<at::Tensor> maybe(ctorch_result handle) {
  if (handle == nullptr) return std::nullopt;
  return ref(handle);
}

/// Hands the reference over to the caller.
inline ctorch_result give(at::Tensor tensor) {
  return tensor.defined() ? reinterpret_cast<ctorch_tensor>(tensor.unsafeReleaseTensorImpl()) : nullptr;
}

inline std::vector<at::Tensor> list(const ctorch_tensor *handles, int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int64_t i = 0; i < count; ++i) tensors.push_back(ref(handles[i]));
  return tensors;
}

inline at::IntArrayRef ints(const int64_t *values, int64_t count) {
  return at::IntArrayRef(values, static_cast<size_t>(count));
}

inline at::OptionalIntArrayRef dims(const int64_t *values, int64_t count) {
  if (values == nullptr) return std::nullopt;
  return ints(values, count);
}

/// libtorch names the processor without an index and takes `cpu:0` for another device, to copy to.
inline c10::Device device(ctorch_device d) {
  if (d.type == static_cast<int32_t>(c10::DeviceType::CPU)) return c10::Device(c10::DeviceType::CPU);
  return c10::Device(static_cast<c10::DeviceType>(d.type), static_cast<c10::DeviceIndex>(d.index));
}

inline c10::TensorOptions options(int32_t dtype, ctorch_device d) {
  return c10::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)).device(device(d));
}

/// Runs `body`; false if it threw, with the message kept.
template <class Body>
bool attempt(Body &&body) noexcept {
  try {
    body();
    return true;
  } catch (const c10::Error &error) {
    set_error(error.what_without_backtrace());
  } catch (const std::exception &error) {
    set_error(error.what());
  } catch (...) {
    set_error("an unknown C++ exception");
  }
  return false;
}

/// Runs `body`, which gives a tensor; NULL if it threw.
template <class Body>
ctorch_result tensor(Body &&body) noexcept {
  ctorch_result result = nullptr;
  attempt([&] { result = give(body()); });
  return result;
}

template <class Body>
ctorch_status status(Body &&body) noexcept {
  return attempt(std::forward<Body>(body)) ? 0 : 1;
}

}  // namespace ctorch
