public import Torch
public import TorchNN

/// Iterative normalisation (Huang et al. 2019, arXiv 1904.03441, algorithm 1): whitens groups of
/// features over the batch by Σ^(−1/2), found by Newton's iterations instead of eigenvectors, then
/// scales and shifts each feature.
///
/// It ends a projector, which is left behind after pretraining, and so keeps no running statistics.
public final class IterativeNorm: Layer {
  let weight: Parameter
  let bias: Parameter
  private let groups: Int
  private let iterations: Int
  private let epsilon: Double

  /// For `features` in groups of equal size.
  /// - Parameters:
  ///   - groups: at most so many; fewer where they would not divide the features.
  ///   - iterations: Newton's, T.
  public init(_ features: Int, groups: Int = 64, iterations: Int = 5, epsilon: Double = 1e-5) {
    weight = Parameter(.ones([features]))
    bias = Parameter(.zeros([features]))
    var size = (features - 1) / groups + 1
    while features % size != 0 { size /= 2 }
    self.groups = features / size
    self.iterations = iterations
    self.epsilon = epsilon
  }

  /// Whitens `[N, features]` by the statistics of the batch.
  public override func callAsFunction(_ x: Tensor) -> Tensor {
    withoutAutocast(on: x.device) {
      let features = x.size(1)
      let grouped = x.to(.float32).transposed().reshaped(groups, features / groups, -1)
      let white = whitenedIteratively(grouped, iterations: iterations, epsilon: epsilon)
      return white.reshaped(features, -1).transposed() * weight.value + bias.value
    }
  }
}

/// Σ^(−1/2)·(x − x̄), Σ = (x − x̄)(x − x̄)ᵀ/N + ε·I, by P ← (3·P − P³·Σ/tr Σ)/2 from P = I.
/// - Parameter x: `[G, d, N]`: G groups of d features of N images, whitened group by group.
func whitenedIteratively(_ x: Tensor, iterations: Int, epsilon: Double) -> Tensor {
  let centred = x - x.mean(over: 2, keepingAxes: true)
  let identity = Tensor.identity(x.size(1), device: x.device)
  let covariance =
    centred.matmul(centred.transposed()) / Double(x.size(2)) + epsilon * identity
  let trace = (covariance * identity).sum(over: 1, 2, keepingAxes: true)
  let scaled = covariance / trace
  var root = identity
  for _ in 0..<iterations {
    root = 1.5 * root - 0.5 * root.matmul(root).matmul(root).matmul(scaled)
  }
  return (root * trace.rsqrt()).matmul(centred)
}
