import Torch

/// The penalised loss of logistic regression and its gradient, in closed form.
///
/// Unknowns are `[K, R + 1]` and scores `[K, N]`, classes first: with few classes, matrix products
/// and the softmax are several times faster so than the other way about.
struct LogisticObjective {
  /// What each point should be predicted as.
  private enum Targets {
    /// One class, `int64` `[1, N]`: softmax and cross-entropy.
    case classes(Tensor)
    /// Shares of classes, which sum to 1, `[K, N]`: softmax and cross-entropy.
    case shares(Tensor)
    /// Any number of classes, each a question of its own, `[K, N]` of 0 to 1: sigmoids and binary
    /// cross-entropies, of which the loss is the sum.
    case tags(Tensor)
  }

  /// The points with a last column of ones, `[N, R + 1]`.
  private let points: Tensor
  private let targets: Targets
  /// The weight of each point, `[1, N]`; they sum to 1.
  private let weights: Tensor
  /// Σᵢ wᵢ tᵢ ⊗ xᵢ, `[K, R + 1]`: the part of the gradient that never changes. t is the target,
  /// one-hot where it is one class.
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
    let (count, dtype, device) = (labels.count, points.dtype, points.device)
    let totals = labels.reduce(into: [Double](repeating: 0, count: classes)) { $0[$1] += 1 }
    let perClass = totals.map { 1 / (balanced ? Double(classes) * $0 : Double(count)) }
    let shares = zip(totals, perClass).map { $0 * $1 }
    self.init(
      points: points, energies: energies,
      targets: .classes(Tensor(labels, shape: [1, count]).to(device)),
      weights: Tensor(labels.map { perClass[$0] }, shape: [1, count]).to(dtype).to(device),
      shares: Tensor(shares, shape: [classes, 1]).to(dtype).to(device))
  }

  /// The loss of `points` `[N, R]` with columns of mean square `energies` `[R]`, against soft targets.
  /// - Parameters:
  ///   - targets: `[N, K]`: shares of classes, which sum to 1, or tags, 0 to 1 each.
  ///   - areTags: whether classes are tags, each predicted apart from the others.
  ///   - weights: of each point, `[N]`, at least 0 and not all 0; `nil` for equal ones.
  init(points: Tensor, energies: Tensor, targets: Tensor, areTags: Bool, weights: Tensor? = nil) {
    let (count, dtype, device) = (targets.size(0), points.dtype, points.device)
    let given = weights ?? Tensor.ones([count])
    let shares = given.to(dtype).to(device).unsqueezed(0) / given.to(.float64).sum().scalar
    let columns = targets.to(dtype).to(device).transposed().contiguous()
    self.init(
      points: points, energies: energies, targets: areTags ? .tags(columns) : .shares(columns),
      weights: shares, shares: (columns * shares).sum(over: 1, keepingAxes: true))
  }

  private init(
    points: Tensor, energies: Tensor, targets: Targets, weights: Tensor, shares: Tensor
  ) {
    let (count, rank, dtype) = (points.size(0), energies.count, points.dtype)
    let one = Tensor.ones([1, 1], dtype: dtype, device: points.device)
    self.points = concatenated([points, one.expanded(count, 1)], along: 1)
    self.targets = targets
    self.weights = weights
    self.shares = shares
    self.energies = concatenated([energies.unsqueezed(0), one], along: 1)
    penalised = concatenated([one.expanded(1, rank), one * 0], along: 1)
    block = Swift.max(64, (1 << 20) / (rank + 1))
    pull = self.points.blocks(of: block).reduce(shares * self.energies * 0) { sum, part in
      let range = part.start..<part.start + part.values.size(0)
      let wanted: Tensor =
        switch targets {
        case .classes(let labels):
          labels[0][range].oneHot(shares.size(0)).to(dtype).transposed()
        case .shares(let columns), .tags(let columns): columns.sliced(range, along: 1)
        }
      return sum + (wanted * weights.sliced(range, along: 1)).matmul(part.values)
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
      let scores = unknowns.matmul(part.values.transposed())
      let weights = weights.sliced(range, along: 1)
      let (losses, predicted) = judge(scores, range)
      loss = loss + (losses * weights).to(.float64).sum()
      push = push + (predicted * weights).matmul(part.values)
    }
    let ridge = (penalised * unknowns).to(.float64).square().sum() * (penalty / 2)
    return ((loss + ridge).scalar, push)
  }

  /// The losses of the points of `range`, `[1, n]` or `[K, n]`, and the probabilities `[K, n]`.
  private func judge(_ scores: Tensor, _ range: Range<Int>) -> (losses: Tensor, Tensor) {
    switch targets {
    case .classes(let labels):
      let logs = scores.logSoftmax(along: 0)
      return (-logs.gathered(labels.sliced(range, along: 1), along: 0), logs.exp())
    case .shares(let shares):
      let logs = scores.logSoftmax(along: 0)
      let own = (logs * shares.sliced(range, along: 1)).sum(over: 0, keepingAxes: true)
      return (-own, logs.exp())
    case .tags(let tags):
      // −t log p − (1 − t) log (1 − p).
      return (scores.softplus() - tags.sliced(range, along: 1) * scores, scores.sigmoid())
    }
  }
}
