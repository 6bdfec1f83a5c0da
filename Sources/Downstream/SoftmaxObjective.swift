import Torch

/// The penalised loss of logistic regression and its gradient, in closed form.
struct SoftmaxObjective {
  /// The points with a last column of ones, `[N, R + 1]`.
  private let points: Tensor
  /// The class of each point, `int64` `[N, 1]`.
  private let labels: Tensor
  /// The weight of each point, `[N, 1]`; they sum to 1.
  private let weights: Tensor
  /// Σᵢ wᵢ xᵢ ⊗ onehot(yᵢ), `[R + 1, K]`: the part of the gradient that never changes.
  private let pull: Tensor
  /// The weighted share of each class, `[K]`.
  private let shares: Tensor
  /// The mean square of each column of ``points``, `[R + 1, 1]`.
  private let energies: Tensor
  /// 1 where a row of unknowns is penalised, 0 for the bias, `[R + 1, 1]`.
  private let penalised: Tensor
  /// Rows taken at a time: few enough that the second product finds them in the cache.
  private let block: Int

  /// The loss of `points` `[N, R]` with columns of mean square `energies` `[R]`, and `labels` in
  /// `0 ..< classes`, each class with at least one point.
  init(points: Tensor, energies: Tensor, labels: [Int], classes: Int, balanced: Bool) {
    let (count, dtype, device) = (labels.count, points.dtype, points.device)
    let one = Tensor.ones([1, 1], dtype: dtype, device: device)
    self.points = concatenated([points, one.expanded(count, 1)], along: 1)
    self.labels = Tensor(labels, shape: [count, 1]).to(device)
    let totals = labels.reduce(into: [Double](repeating: 0, count: classes)) { $0[$1] += 1 }
    let perClass = totals.map { 1 / (balanced ? Double(classes) * $0 : Double(count)) }
    weights = Tensor(labels.map { perClass[$0] }, shape: [count, 1]).to(device).to(dtype)
    shares = Tensor(zip(totals, perClass).map { $0 * $1 }).to(device).to(dtype)
    self.energies = concatenated([energies.unsqueezed(1), one])
    penalised = concatenated([(energies * 0 + 1).unsqueezed(1), one * 0])
    block = Swift.max(64, (1 << 20) / (energies.count + 1))
    let width = classes
    let (rows, y, w) = (self.points, self.labels.squeezed(1), weights)
    pull = rows.blocks(of: block).reduce(
      Tensor.zeros([rows.size(1), width], dtype: dtype, device: device)
    ) { sum, part in
      let range = part.start..<part.start + part.values.size(0)
      return sum + part.values.transposed().matmul(y[range].oneHot(width).to(dtype) * w[range])
    }
  }

  /// All unknowns 0, `[R + 1, K]`.
  var origin: Tensor { pull * 0 }

  /// A guess at the inverse of the Hessian's diagonal: every point predicted at its class's share.
  func inverseCurvature(_ penalty: Double) -> Tensor {
    1 / (energies * (shares * (1 - shares)).unsqueezed(0) + penalised * penalty)
  }

  /// The loss and its gradient at `unknowns` `[R + 1, K]`.
  func valueAndGradient(_ unknowns: Tensor, penalty: Double) -> (Double, Tensor) {
    var loss = Tensor.zeros([], dtype: .float64, device: points.device)
    var push = penalised * unknowns * penalty - pull
    for part in points.blocks(of: block) {
      let range = part.start..<part.start + part.values.size(0)
      let logs = part.values.matmul(unknowns).logSoftmax(along: 1)
      let own = logs.gathered(labels[range], along: 1) * weights[range]
      loss = loss - own.to(.float64).sum()
      push = push + part.values.transposed().matmul(logs.exp() * weights[range])
    }
    let ridge = (penalised * unknowns).to(.float64).square().sum() * (penalty / 2)
    return ((loss + ridge).scalar, push)
  }
}
