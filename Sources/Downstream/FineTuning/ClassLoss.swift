import Torch

/// Cross-entropy in which every class may count the same, for long-tailed images.
struct ClassLoss {
  /// The weight of each class, `[K]`, 1 on average over the images; `nil` where all count the same.
  private let weights: Tensor?
  private let smoothing: Double

  /// - Parameters:
  ///   - labels: of the training images, in `0 ..< classes`, each class with at least one.
  ///   - smoothing: mass that is spread over all classes.
  init(
    _ weighting: LinearProbe.ClassWeighting, labels: [Int], classes: Int, smoothing: Double,
    device: Device
  ) {
    self.smoothing = smoothing
    guard weighting == .balanced else {
      weights = nil
      return
    }
    let counts = labels.reduce(into: [Double](repeating: 0, count: classes)) { $0[$1] += 1 }
    weights = Tensor(counts.map { Float(Double(labels.count) / (Double(classes) * $0)) })
      .to(device)
  }

  /// The loss of `float32` logits `[N, K]` against classes `int64` `[N]`.
  func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    guard let weights else { return logits.crossEntropy(labels, labelSmoothing: smoothing) }
    let logs = logits.logSoftmax()
    let own = logs.gathered(labels.unsqueezed(1), along: 1).squeezed(1)
    let losses = own * (1 - smoothing) + logs.mean(over: 1) * smoothing
    return -(losses * weights.rows(labels)).mean()
  }
}
