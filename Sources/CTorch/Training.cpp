// Autograd, autocast, and one-pass updates of lists of tensors.
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#include "Guard.h"

using namespace ctorch;

namespace {
/// Runs `body` without recording it: in-place updates would else hang the graph onto their targets.
template <class Body>
ctorch_status update(Body &&body) {
  return status([&] {
    const at::NoGradGuard guard;
    body();
  });
}
}  // namespace

ctorch_status ctorch_set_requires_grad(ctorch_tensor x, bool on) {
  return status([&] { ref(x).set_requires_grad(on); });
}

bool ctorch_requires_grad(ctorch_tensor x) { return ref(x).requires_grad(); }

ctorch_status ctorch_backward(ctorch_tensor x) {
  return status([&] { ref(x).backward(); });
}

ctorch_result ctorch_grad(ctorch_tensor x) {
  return tensor([&] { return ref(x).grad(); });
}

void ctorch_set_grad(ctorch_tensor x, ctorch_result grad) {
  attempt([&] { ref(x).mutable_grad() = grad == nullptr ? at::Tensor() : ref(grad); });
}

bool ctorch_grad_enabled(void) { return c10::GradMode::is_enabled(); }
void ctorch_set_grad_enabled(bool on) { c10::GradMode::set_enabled(on); }

ctorch_status ctorch_autocast_enter(int32_t device_type, int32_t dtype, ctorch_autocast *before) {
  return status([&] {
    const auto type = static_cast<c10::DeviceType>(device_type);
    *before = {at::autocast::is_autocast_enabled(type),
               static_cast<int32_t>(at::autocast::get_autocast_dtype(type))};
    at::autocast::set_autocast_dtype(type, static_cast<c10::ScalarType>(dtype));
    at::autocast::set_autocast_enabled(type, true);
    at::autocast::increment_nesting();
  });
}

void ctorch_autocast_leave(int32_t device_type, ctorch_autocast before) {
  attempt([&] {
    const auto type = static_cast<c10::DeviceType>(device_type);
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_dtype(type, static_cast<c10::ScalarType>(before.dtype));
    at::autocast::set_autocast_enabled(type, before.enabled);
  });
}

bool ctorch_autocast_pause(int32_t device_type) {
  const auto type = static_cast<c10::DeviceType>(device_type);
  const bool before = at::autocast::is_autocast_enabled(type);
  at::autocast::set_autocast_enabled(type, false);
  return before;
}

void ctorch_autocast_resume(int32_t device_type) {
  at::autocast::set_autocast_enabled(static_cast<c10::DeviceType>(device_type), true);
}

ctorch_result ctorch_foreach_norm(ctorch_list xs, int64_t count) {
  return tensor([&] {
    const at::NoGradGuard guard;
    return at::stack(at::_foreach_norm(list(xs, count)));
  });
}

ctorch_status ctorch_foreach_mul_scalar_(ctorch_list xs, int64_t count, double y) {
  return update([&] { at::_foreach_mul_(list(xs, count), y); });
}

ctorch_status ctorch_foreach_mul_(ctorch_list xs, int64_t count, ctorch_tensor factors) {
  return update([&] { at::_foreach_mul_(list(xs, count), ref(factors).unbind()); });
}

ctorch_status ctorch_foreach_add_(ctorch_list xs, ctorch_list ys, int64_t count, double alpha) {
  return update([&] { at::_foreach_add_(list(xs, count), list(ys, count), alpha); });
}

ctorch_status ctorch_foreach_lerp_(ctorch_list xs, ctorch_list ys, int64_t count, double weight) {
  return update([&] { at::_foreach_lerp_(list(xs, count), list(ys, count), weight); });
}

ctorch_status ctorch_fused_sgd_(ctorch_list params, ctorch_list grads, ctorch_list momenta, int64_t count,
                                double lr, double momentum, double weight_decay, bool nesterov, bool first) {
  return update([&] {
    at::_fused_sgd_(list(params, count), list(grads, count), list(momenta, count), weight_decay, momentum,
                    lr, /*dampening=*/0, nesterov, /*maximize=*/false, first);
  });
}

ctorch_status ctorch_fused_adamw_(ctorch_list params, ctorch_list grads, ctorch_list m, ctorch_list v,
                                  ctorch_list steps, int64_t count, double lr, double beta1, double beta2,
                                  double weight_decay, double eps) {
  return update([&] {
    at::_fused_adamw_(list(params, count), list(grads, count), list(m, count), list(v, count), {},
                      list(steps, count), lr, beta1, beta2, weight_decay, eps, /*amsgrad=*/false,
                      /*maximize=*/false);
  });
}
