import Insight
public import Torch
public import Training

/// What methods are chosen by before a study is run to its end: accuracy on validation images where
/// there are labels, else what the features look like.
public enum SelectionCriterion: String, Codable, Sendable, CaseIterable {
  /// The linear probe's accuracy on validation images.
  case accuracy
  /// How many directions the features use: RankMe (Garrido et al. 2023).
  case rank
  /// How many directions tell images apart: LiDAR (Thilak et al. 2023).
  case lidar
  /// Views agree and images spread: −(alignment + uniformity) (Wang and Isola 2020).
  case alignmentUniformity = "alignment-uniformity"

  /// The criterion of features whose state is known, the larger the better; `nil` if it is not known
  /// from that: accuracy and LiDAR never are, and alignment is not for methods of one view.
  public func score(of health: FeatureHealth) -> Double? {
    score(rank: health.rank, uniformity: health.uniformity, alignment: health.alignment)
  }

  func score(rank: Double, uniformity: Double, alignment: Double?) -> Double? {
    switch self {
    case .rank: rank
    case .alignmentUniformity: alignment.map { -($0 + uniformity) }
    case .accuracy, .lidar: nil
    }
  }

  /// The criterion of features of several views of the same images, the larger the better; `nil` for
  /// accuracy, which needs labels.
  /// - Parameter features: `[images, views, D]`, 2 or more of both.
  public func score(ofViews features: Tensor) -> Double? {
    func view(_ index: Int) -> Tensor { features.selected(index, along: 1) }
    return switch self {
    case .accuracy: nil
    case .lidar: Insight.lidar(features)
    case .rank: effectiveRank(view(0))
    case .alignmentUniformity:
      -(Insight.alignment(view(0), view(1)) + Insight.uniformity(view(0)))
    }
  }
}

/// Spearman's rank correlation of two lists of figures of the same things: how far choosing by one
/// would have chosen by the other. Equal figures share their ranks.
/// - Returns: −1...1; `nil` with fewer than three, with different numbers, or where all are equal.
public func rankCorrelation(_ first: [Double], _ second: [Double]) -> Double? {
  guard first.count > 2, first.count == second.count else { return nil }
  func ranks(_ values: [Double]) -> [Double] {
    values.map { value in
      Double(values.count { $0 < value }) + Double(values.count { $0 == value } - 1) / 2
    }
  }
  let middle = Double(first.count - 1) / 2
  let pairs = zip(ranks(first), ranks(second)).map { ($0 - middle, $1 - middle) }
  let (one, other) = pairs.reduce((0.0, 0.0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
  guard one > 0, other > 0 else { return nil }
  return pairs.reduce(0) { $0 + $1.0 * $1.1 } / (one * other).squareRoot()
}

extension StudySummary {
  /// How well a label-free criterion would have ordered the pretrained methods at the largest size:
  /// its rank correlation with what they are compared by, over so many methods. `nil` with fewer than
  /// three methods whose features were measured.
  public func rankCorrelation(
    of criterion: SelectionCriterion
  ) -> (correlation: Double, methods: Int)? {
    guard let size = ownSizes.last else { return nil }
    let pairs = rows.compactMap { row -> (Double, Double)? in
      guard !row.isBaseline, row.otherBackbone == nil, row.pretrainImages == size,
        let accuracy = row.headline(primaryMetric)?.mean,
        let found = features.first(where: {
          $0.method == row.method && $0.pretrainImages == size
        }),
        let score = criterion.score(
          rank: found.rank, uniformity: found.uniformity, alignment: found.alignment)
      else { return nil }
      return (score, accuracy)
    }
    return Study.rankCorrelation(pairs.map(\.0), pairs.map(\.1)).map { ($0, pairs.count) }
  }
}
