import CTorch

/// What libtorch and the processor of this machine offer.
public enum Machine {
  /// The release of libtorch that the program is built with, for example `2.13.0`.
  public static var libtorchVersion: String { String(cString: ctorch_version()) }
  /// NVIDIA GPUs that libtorch sees.
  public static var cudaDevices: Int { Int(ctorch_cuda_count()) }
  /// Whether this libtorch is a CUDA build, be there a GPU or not.
  public static var isCUDABuild: Bool { ctorch_is_cuda_build() }
  /// Whether this libtorch can use an Apple GPU.
  public static var hasMPS: Bool { ctorch_has_mps() }
  /// Whether the processor multiplies bf16 matrices in hardware (AVX512-BF16 or AMX).
  public static var processorHasBF16: Bool { ctorch_cpu_has_bf16() }

  /// Threads that one operation may use.
  public static var threads: Int {
    get { Int(ctorch_threads()) }
    set { ctorch_set_threads(Int32(newValue)) }
  }

  /// Treats denormal floats as zero in every thread of libtorch; they slow training down.
  public static func flushDenormals() { ctorch_flush_denormals() }

  /// Seeds what libtorch itself draws (dropout).
  public static func seed(_ seed: UInt64) { ctorch_manual_seed(seed) }
}
