public import Torch

/// Labels that share the classes evenly over all images and agree with the predictions as far as
/// that allows: the optimal transport of Asano et al. (2020), section 3.
///
/// Q = diag(r)·P^λ·diag(c) with r and c scaled in turn until each class has mass 1/K and each image
/// mass 1/N; an image's label is its largest element. As in the authors' code, rounds end when
/// Σ|c / c′ − 1| falls under 0.1, and double precision holds P^λ, of which
/// ``sinkhorn(_:epsilon:iterations:)`` would lose the small elements.
/// - Parameters:
///   - logits: the scores of all images `[N, K]`, whose softmax is P.
///   - lambda: λ; the larger, the closer to the transport without smoothing.
/// - Returns: `int64` `[N]`.
public func selfLabels(_ logits: Tensor, lambda: Double, rounds: Int = 1000) -> Tensor {
  withoutGradient {
    let (images, classes) = (Double(logits.size(0)), Double(logits.size(1)))
    let scores = logits.detached().to(.float64)
    // Any scale of a row goes into its c: so does the softmax's denominator, and with the largest
    // element at 1 no row underflows.
    let p = (lambda * (scores - scores.max(over: 1, keepingAxes: true))).exp()
    let columns = p.transposed().contiguous()
    var c = Tensor.full([p.size(0), 1], 1 / images, dtype: .float64, device: p.device)
    var r = columns.matmul(c)
    for round in 0..<rounds {
      // A class that no image is near has no mass to share.
      r = (columns.matmul(c) * classes).clamped(from: 1e-200).pow(-1)
      let next = (p.matmul(r) * images).pow(-1)
      let isSettled = round % 10 == 0 && (c / next - 1).abs().sum().scalar < 0.1
      c = next
      if isSettled { break }
    }
    return (p * r.transposed()).argmax(along: 1)
  }
}
