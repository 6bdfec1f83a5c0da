/// How a probe chooses among its settings without the test images.
struct ModelSelection {
  /// Below this many labelled training images, one 20% split is too small to choose by.
  static let crossValidateBelow = 500
  /// The folds of cross-validation; one of as many is the 20% set aside.
  static let folds = 5

  /// What is fitted, and what it is judged on, one pair a fold.
  typealias Trial = (fit: LabelledFeatures, held: LabelledFeatures)

  private let train: LabelledFeatures
  private let validation: LabelledFeatures?
  private let held: [[Int]]

  /// Chooses by `validation`, or by folds of `train`.
  /// - Throws: ``ProbeError/split(_:)`` if all of `train` is one group.
  init(
    train: LabelledFeatures, validation: LabelledFeatures?, seed: UInt64
  ) throws(ProbeError) {
    self.train = train
    self.validation = validation
    guard validation == nil else {
      held = []
      return
    }
    let folds = StratifiedFolds.deal(
      labels: train.labels, groups: train.groups, folds: ModelSelection.folds, seed: seed)
    let count = (folds.max() ?? 0) + 1
    guard count > 1 else {
      throw .split(
        "all \(train.count) labelled training images are of one group, so that none can be set "
          + "aside to choose settings by; give a validation part, or label images of more groups")
    }
    var held = [[Int]](repeating: [], count: count)
    for (position, fold) in folds.enumerated() { held[fold].append(position) }
    self.held = train.count < ModelSelection.crossValidateBelow ? held : [held[0]]
  }

  /// The images of the final fit.
  var all: LabelledFeatures { validation.map(train.joined) ?? train }

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
    func run(_ trial: Trial) {
      for (setting, classes) in predict(trial).enumerated() { predictions[setting] += classes }
      labels += trial.held.labels
    }
    if let validation { run((train, validation)) }
    for fold in held {
      let isHeld = Set(fold)
      run((train.picked((0..<train.count).filter { !isHeld.contains($0) }), train.picked(fold)))
    }
    let score = balanced ? Metrics.balancedAccuracy : Metrics.accuracy
    let scores = predictions.map { score($0, labels) }
    let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    return (best, Metrics.accuracy(predictions[best], labels))
  }
}
