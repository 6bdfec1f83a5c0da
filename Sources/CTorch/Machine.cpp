// What libtorch and the processor offer.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/version.h>

#include "Guard.h"

using namespace ctorch;

const char *ctorch_version(void) { return TORCH_VERSION; }
bool ctorch_is_cuda_build(void) { return at::detail::getCUDAHooks().hasCUDART(); }
bool ctorch_has_mps(void) { return at::hasMPS(); }
int32_t ctorch_cuda_count(void) {
  return at::hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
}

bool ctorch_cpu_has_bf16(void) {
#if defined(__x86_64__)
  // Bit 5 of EAX (AVX512-BF16) in leaf 7, sub-leaf 1; bit 22 of EDX (AMX-BF16) in sub-leaf 0.
  uint32_t a = 7, b, c = 1, d;
  __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  if ((a >> 5) & 1) return true;
  a = 7, c = 0;
  __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return (d >> 22) & 1;
#else
  return false;
#endif
}

int32_t ctorch_threads(void) { return at::get_num_threads(); }
void ctorch_set_threads(int32_t count) { at::set_num_threads(count); }
void ctorch_flush_denormals(void) { at::globalContext().setFlushDenormal(true); }

void ctorch_synchronize(ctorch_device d) {
  if (device(d).is_cuda()) attempt([&] { at::detail::getCUDAHooks().deviceSynchronize(d.index); });
}
