import Torch

/// Few-shot classification on frozen features: what can be told apart with a handful of labels a
/// class, over repeated draws of these labels.
///
/// Features lose the mean of all training images and are brought to length 1, as in SimpleShot
/// (Wang et al. 2019, arXiv:1911.04623); then multinomial logistic regression with a ridge penalty of
/// fixed strength, as Tian et al. 2020 (arXiv:2003.11539), who take scikit-learn's default C = 1:
///
///     Σᵢ crossEntropy(xᵢ W + b, yᵢ) + ½ ‖W‖²
///
/// Nothing is tuned, since a learner with few labels has none to tune by. A class with fewer
/// training images than shots gives what it has; a number of shots that no class reaches is left
/// out. Classes absent from training are never predicted.
///
/// Draws are of images, not of whole groups (patients, slides): one label a class cannot be a group's.
/// Nothing is chosen on training images, so that a group in two draws, or half in one, helps no draw;
/// what matters is that test images are of other groups.
public struct FewShot: Sendable {
  /// How many labels, how often.
  public struct Options: Codable, Sendable, Equatable {
    /// Numbers of labels a class, each 1 or more.
    public var shots: [Int]
    /// Draws for each number of labels.
    public var draws: Int

    /// 1, 5, 10 and 50 labels a class, each drawn ten times.
    public init(shots: [Int] = [1, 5, 10, 50], draws: Int = 10) {
      self.shots = shots
      self.draws = draws
    }
  }

  /// The settings.
  public var options: Options

  /// The protocol with `options`.
  public init(_ options: Options = Options()) { self.options = options }

  /// The protocol's name in tables.
  public var name: String { "few-shot" }
  /// Raised whenever a change of implementation may change a result.
  public var revision: Int { 1 }

  /// Learns from each draw and judges it on all test images.
  /// - Parameters:
  ///   - train: the images that labels are drawn from.
  ///   - classes: the number of classes.
  ///   - seed: decides the draws, together with the labels of the training images in order of index:
  ///     never the features, so that every method learns from the same images.
  /// - Returns: one result for each number of shots that a class reaches, ascending.
  /// - Throws: ``ProbeError``, also for options out of range.
  public func evaluate(
    train: LabelledFeatures, test: LabelledFeatures, classes: Int, seed: UInt64,
    shouldStop: () -> Bool = { false }
  ) throws(ProbeError) -> [FewShotResult] {
    guard !options.shots.isEmpty, options.shots.allSatisfy({ $0 > 0 }) else {
      throw .option("shots are \(options.shots); give at least one number, each 1 or more")
    }
    guard options.draws > 0 else {
      throw .option("there are \(options.draws) draws; give 1 or more, such as 10")
    }
    try checkParts(train: train, validation: nil, test: test, classes: classes)
    let draws = (0..<options.draws).map { FewShot.order(train.labels, draw: $0, seed: seed) }
    let most = draws[0].map(\.count).max() ?? 0
    let space = CentredDirections(train.features)
    return Set(options.shots).sorted().filter { $0 <= most }.map { shots in
      let classifiers = draws.map {
        fit(train.features, $0.map { Array($0.prefix(shots)) }, in: space, shouldStop: shouldStop)
      }
      let present = Set(train.labels).sorted()
      let predictions = predict(test.features, classifiers, in: space).map {
        $0.map { present[$0] }
      }
      return FewShotResult(
        shots: shots, labelled: draws[0].reduce(0) { $0 + min($1.count, shots) },
        accuracies: predictions.map { Metrics.accuracy($0, test.labels) },
        balancedAccuracies: predictions.map { Metrics.balancedAccuracy($0, test.labels) })
    }
  }

  /// The rows of each class that occurs in `labels` in the order of one draw, of which the first few
  /// are the shots: draws of more shots hold those of fewer.
  static func order(_ labels: [Int], draw: Int, seed: UInt64) -> [[Int]] {
    let rows = Dictionary(grouping: labels.indices) { labels[$0] }
    return rows.sorted { $0.key < $1.key }.map { label, rows in
      RandomStream(seed: seed, "few-shot.\(label)", draw).permutation(rows.count).ints
        .map { rows[$0] }
    }
  }

  /// The weights, with the bias in the last column, for some rows of each class: `[K, D + 1]`.
  private func fit(
    _ features: Tensor, _ rows: [[Int]], in space: CentredDirections,
    shouldStop: () -> Bool
  ) -> Tensor {
    let all = rows.flatMap { $0 }
    let points = space(features.rows(Tensor(all).to(features.device)))
    let objective = LogisticObjective(
      points: points, energies: points.square().mean(over: 0),
      labels: rows.indices.flatMap { Array(repeating: $0, count: rows[$0].count) },
      classes: rows.count, balanced: false)
    let penalty = 1 / Double(all.count)
    return withoutGradient {
      LBFGS(tolerance: 1e-7, iterations: 500).minimise(
        from: objective.origin, diagonal: objective.inverseCurvature(penalty),
        shouldStop: shouldStop
      ) { objective.valueAndGradient($0, penalty: penalty) }.point
    }
  }

  /// For each of `classifiers` the column that wins for every row, all in one product a block.
  private func predict(
    _ features: Tensor, _ classifiers: [Tensor], in space: CentredDirections
  ) -> [[Int]] {
    let (columns, last) = (classifiers[0].size(0), classifiers[0].size(1) - 1)
    let all = concatenated(classifiers)
    let (weights, bias) = (all.sliced(0..<last, along: 1), all.selected(last, along: 1))
    let winners = features.blocks(of: 4096).map { block in
      space(block.values).linear(weights, bias).reshaped(-1, classifiers.count, columns)
        .argmax(along: 2)
    }
    let winnersByDraw = concatenated(winners).transposed()
    return classifiers.indices.map { winnersByDraw[$0].ints }
  }
}

/// Features seen from the mean of the images it was made from, as directions.
private struct CentredDirections {
  private let mean: Tensor

  init(_ features: Tensor) { mean = Standardisation(features.to(.cpu)).mean }

  /// Rows of length 1, `float64`, on the processor.
  func callAsFunction(_ features: Tensor) -> Tensor {
    (features.to(.cpu).to(.float64) - mean).normalized(epsilon: 1e-30)
  }
}
