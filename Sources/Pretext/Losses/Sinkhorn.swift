public import Torch

/// Codes that share the prototypes evenly: exp(scores / ε) with rows and columns scaled in turn until
/// every prototype has the same mass and every image mass 1 (Cuturi 2013; Caron et al. 2020, eq. 3-5).
/// - Parameters:
///   - scores: `[N, K]`, images against prototypes.
///   - epsilon: the smoothness of the codes.
/// - Returns: `[N, K]`, rows of sum 1, without gradients.
public func sinkhorn(_ scores: Tensor, epsilon: Double = 0.05, iterations: Int = 3) -> Tensor {
  withoutGradient {
    let (images, prototypes) = (Double(scores.size(0)), Double(scores.size(1)))
    let logits = scores.detached().to(.float32) / epsilon
    // The largest score is taken out: it cancels, and keeps exp in range.
    var q = (logits - logits.max()).exp()
    q = q / q.sum()
    // A prototype that no image of the batch is near has no mass to share: its sum may underflow.
    func mass(over axis: Int) -> Tensor {
      q.sum(over: axis, keepingAxes: true).clamped(from: 1e-30)
    }
    for _ in 0..<iterations {
      q = q / (mass(over: 0) * prototypes)
      q = q / (mass(over: 1) * images)
    }
    return q * images
  }
}
