import Torch

/// How a weight matrix (or a kernel, seen as one) and its bias begin.
public enum Initialisation: Sendable {
  /// Weight and bias uniform within ±1/√in, as `torch.nn.Linear`.
  case torch
  /// Normal with deviation 0.02, bias 0: the heads of DINO and its successors.
  case narrowNormal
  /// Uniform within ±√(6 / (in + out)) (Glorot and Bengio 2010), bias 0: transformers. Unlike a fixed
  /// deviation it suits every width.
  case xavier

  /// A weight of `shape` with `inputs` and `outputs` a position.
  func weight(_ shape: [Int], inputs: Int, outputs: Int, _ random: RandomStream) -> Tensor {
    switch self {
    case .torch: uniform(shape, within: 1 / Double(inputs).squareRoot(), random)
    case .narrowNormal: random.normal(shape, deviation: 0.02)
    case .xavier: uniform(shape, within: (6 / Double(inputs + outputs)).squareRoot(), random)
    }
  }

  /// A bias of `outputs`.
  func bias(inputs: Int, outputs: Int, _ random: RandomStream) -> Tensor {
    self == .torch
      ? uniform([outputs], within: 1 / Double(inputs).squareRoot(), random) : .zeros([outputs])
  }

  private func uniform(_ shape: [Int], within bound: Double, _ random: RandomStream) -> Tensor {
    random.uniform(shape, from: -bound, to: bound)
  }
}
