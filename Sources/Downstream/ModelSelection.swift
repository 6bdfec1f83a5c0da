/// How a probe chooses among its settings without the test images.
struct ModelSelection<Target> {
  /// What is fitted, and what it is judged on, one pair a fold.
  typealias Trial = (fit: TargetFeatures<Target>, held: TargetFeatures<Target>)

  private let train: TargetFeatures<Target>
  private let validation: TargetFeatures<Target>?
  private let held: [[Int]]

  /// Chooses by `validation`, or by folds of `train`.
  /// - Parameter deal: the fold of each image of `train`, where there is no `validation`.
  /// - Throws: ``ProbeError/split(_:)`` if all of `train` is one group.
  init(
    train: TargetFeatures<Target>, validation: TargetFeatures<Target>?,
    deal: (TargetFeatures<Target>) -> [Int]
  ) throws(ProbeError) {
    self.train = train
    self.validation = validation
    held = try validation == nil ? StratifiedFolds.heldOut(deal(train)) : []
  }

  /// The images of the final fit.
  var all: TargetFeatures<Target> { validation.map(train.joined) ?? train }

  /// Calls `body` with every trial in turn.
  private func forEachTrial(_ body: (Trial) -> Void) {
    if let validation { body((train, validation)) }
    for fold in held {
      let isHeld = Set(fold)
      body((train.picked((0..<train.count).filter { !isHeld.contains($0) }), train.picked(fold)))
    }
  }

  /// The setting with the lowest mean loss on the images held out, and that loss.
  /// - Parameters:
  ///   - settings: how many there are, the most cautious first: it wins ties.
  ///   - losses: for every setting, the sum of its losses over the held-out images, and of how many
  ///     terms. If there are none in any trial, the first setting wins with a loss of 0.
  func lowest(
    of settings: Int, losses: (Trial) -> (sums: [Double], terms: Int)
  ) -> (setting: Int, loss: Double) {
    var totals = [Double](repeating: 0, count: settings)
    var terms = 0
    forEachTrial { trial in
      let trialLosses = losses(trial)
      for (setting, sum) in trialLosses.sums.enumerated() { totals[setting] += sum }
      terms += trialLosses.terms
    }
    let best = totals.indices.reduce(0) { totals[$1] < totals[$0] ? $1 : $0 }
    return (best, totals[best] / Double(max(terms, 1)))
  }
}

extension ModelSelection where Target == Int {
  /// Chooses by `validation`, or by stratified folds of `train`.
  /// - Throws: ``ProbeError/split(_:)`` if all of `train` is one group.
  init(
    train: LabelledFeatures, validation: LabelledFeatures?, seed: UInt64
  ) throws(ProbeError) {
    try self.init(train: train, validation: validation) { train in
      StratifiedFolds.deal(
        labels: train.labels, groups: train.groups, folds: StratifiedFolds.count, seed: seed)
    }
  }

  /// The setting with the best score, and its accuracy on the images held out.
  /// - Parameters:
  ///   - settings: how many there are, the most cautious first: it wins ties.
  ///   - balanced: whether the score is balanced accuracy; else plain accuracy.
  ///   - predict: for every setting, the classes of the held-out images.
  func best(
    of settings: Int, balanced: Bool = false, predict: (Trial) -> [[Int]]
  ) -> (setting: Int, accuracy: Double) {
    var labels: [Int] = []
    var predictions = [[Int]](repeating: [], count: settings)
    forEachTrial { trial in
      for (setting, classes) in predict(trial).enumerated() { predictions[setting] += classes }
      labels += trial.held.labels
    }
    let score = balanced ? Metrics.balancedAccuracy : Metrics.accuracy
    let scores = predictions.map { score($0, labels) }
    let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    return (best, Metrics.accuracy(predictions[best], labels))
  }
}
