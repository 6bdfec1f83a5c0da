import Torch

/// The penalised loss of logistic regression and its gradient, in closed form.
///
/// Unknowns are `[K, R + 1]` and scores `[K, N]`, classes first: with few classes, matrix products
/// and the softmax are several times faster so than the other way about.
struct SoftmaxObjective {
  /// The points with a last column of ones, `[N, R + 1]`.
  private let points: Tensor
  /// The class of each point, `int64` `[1, N]`.
  private let labels: Tensor
  /// The weight of each point, `[1, N]`; they sum to 1.
  private let weights: Tensor
  /// Σᵢ wᵢ onehot(yᵢ) ⊗ xᵢ, `[K, R + 1]`: the part of the gradient that never changes.
  private let pull: Tensor
  /// The weighted share of each class, `[K, 1]`.
  private let shares: Tensor
  /// The mean square of each column of ``points``, `[1, R + 1]`.
  private let energies: Tensor
  /// 1 where a column of unknowns is penalised, 0 for the bias, `[1, R + 1]`.
  private let penalised: Tensor
  /// Rows taken at a time: few enough that the second product finds them in the cache.
  private let block: Int

  /// The loss of `points` `[N, R]` with columns of mean square `energies` `[R]`, and `labels` in
  /// `0 ..< classes`, each class with at least one point.
  init(points: Tensor, energies: Tensor, labels: [Int], classes: Int, balanced: Bool) {
    let (count, rank, dtype, device) = (labels.count, energies.count, points.dtype, points.device)
    let one = Tensor.ones([1, 1], dtype: dtype, device: device)
    self.points = concatenated([points, one.expanded(count, 1)], along: 1)
    self.labels = Tensor(labels, shape: [1, count]).to(device)
    let totals = labels.reduce(into: [Double](repeating: 0, count: classes)) { $0[$1] += 1 }
    let perClass = totals.map { 1 / (balanced ? Double(classes) * $0 : Double(count)) }
    weights = Tensor(labels.map { perClass[$0] }, shape: [1, count]).to(dtype).to(device)
    let shares = zip(totals, perClass).map { $0 * $1 }
    self.shares = Tensor(shares, shape: [classes, 1]).to(dtype).to(device)
    self.energies = concatenated([energies.unsqueezed(0), one], along: 1)
    penalised = concatenated([one.expanded(1, rank), one * 0], along: 1)
    block = Swift.max(64, (1 << 20) / (rank + 1))
    let (y, w) = (self.labels[0], weights)
    pull = self.points.blocks(of: block).reduce(self.shares * self.energies * 0) { sum, part in
      let range = part.start..<part.start + part.values.size(0)
      let hot = y[range].oneHot(classes).to(dtype).transposed() * w.sliced(range, along: 1)
      return sum + hot.matmul(part.values)
    }
  }

  /// All unknowns 0, `[K, R + 1]`.
  var origin: Tensor { pull * 0 }

  /// A guess at the inverse of the Hessian's diagonal: every point predicted at its class's share.
  func inverseCurvature(_ penalty: Double) -> Tensor {
    1 / (shares * (1 - shares) * energies + penalised * penalty).clamped(from: 1e-12)
  }

  /// The loss and its gradient at `unknowns` `[K, R + 1]`.
  func valueAndGradient(_ unknowns: Tensor, penalty: Double) -> (Double, Tensor) {
    var loss = Tensor.zeros([], dtype: .float64, device: points.device)
    var push = penalised * unknowns * penalty - pull
    for part in points.blocks(of: block) {
      let range = part.start..<part.start + part.values.size(0)
      let logs = unknowns.matmul(part.values.transposed()).logSoftmax(along: 0)
      let weights = weights.sliced(range, along: 1)
      let own = logs.gathered(labels.sliced(range, along: 1), along: 0) * weights
      loss = loss - own.to(.float64).sum()
      push = push + (logs.exp() * weights).matmul(part.values)
    }
    let ridge = (penalised * unknowns).to(.float64).square().sum() * (penalty / 2)
    return ((loss + ridge).scalar, push)
  }
}
