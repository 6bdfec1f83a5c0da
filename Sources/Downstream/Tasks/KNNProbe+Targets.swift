import Foundation
public import Torch

/// Tags and numbers by nearest neighbours: where classes vote, these take the mean of the neighbours'
/// targets, each weighted as its vote would be. k is chosen by the squared error on the validation
/// images, which for tags is the Brier score: a share of votes may be 0 or 1, for which the
/// cross-entropy has no bound.
extension KNNProbe {
  /// Predicts the share of votes that each class gets among the tags of the nearest images.
  ///
  /// Parameters and errors are those of ``MultiLabelProbe``.
  /// - Throws: ``ProbeError``, also for options out of range.
  public func evaluate(
    features: Tensor, tags: [[Int]?], groups: [Int]? = nil, split: EvaluationSplit, classes: Int,
    seed: UInt64
  ) throws(ProbeError) -> MultiLabelResult {
    let candidates = try largestFirst()
    let (selection, test) = try TaggedFeatures.selection(
      features: features, tags: tags, groups: groups, split: split, classes: classes, seed: seed)
    func tables(_ data: TaggedFeatures, _ columns: [Int]) -> [Double] {
      data.multiHot(columns).array()
    }
    let (best, loss) = selection.lowest(of: candidates.count) { trial in
      let columns = trial.fit.varyingClasses(of: classes)
      guard !columns.isEmpty else { return ([], 0) }
      let truth = tables(trial.held, columns)
      let means = means(
        of: tables(trial.fit, columns), at: trial.fit.features, near: trial.held.features,
        k: candidates)
      return (means.map { squaredError($0, truth) }, truth.count)
    }
    let all = selection.all
    let columns = all.varyingClasses(of: classes)
    let shares = means(
      of: tables(all, columns), at: all.features, near: test.features, k: [candidates[best]])
    return test.result(
      name, Tensor(shares[0]), columns: columns, fitted: all, classes: classes,
      setting: inWords(k: candidates[best]), validationLoss: loss)
  }

  /// Predicts the weighted mean of the nearest images' numbers.
  ///
  /// Parameters and errors are those of ``RegressionProbe``.
  /// - Throws: ``ProbeError``, also for options out of range.
  public func evaluate(
    features: Tensor, labels: [Double?], groups: [Int]? = nil, split: EvaluationSplit, seed: UInt64
  ) throws(ProbeError) -> RegressionResult {
    let candidates = try largestFirst()
    let (selection, test) = try TargetFeatures<Double>.selection(
      features: features, labels: labels, groups: groups, split: split, seed: seed)
    let (best, loss) = selection.lowest(of: candidates.count) { trial in
      let means = means(
        of: trial.fit.targets, at: trial.fit.features, near: trial.held.features, k: candidates)
      return (means.map { squaredError($0, trial.held.targets) }, trial.held.count)
    }
    let all = selection.all
    let predictions = means(
      of: all.targets, at: all.features, near: test.features, k: [candidates[best]])
    return test.result(
      name, predictions[0], setting: inWords(k: candidates[best]), validationLoss: loss)
  }

  /// For each k, the weighted means of the targets of the bank's rows that are nearest to each query,
  /// as many numbers a query as `targets` has a bank row.
  private func means(
    of targets: [Double], at bank: Tensor, near queries: Tensor, k: [Int]
  ) -> [[Double]] {
    let rows = bank.size(0)
    let width = targets.count / rows
    let most = min(k.max() ?? 1, rows)
    let stops = k.map { min($0, rows) }
    var result = [[Double]](repeating: [], count: k.count)
    NearestNeighbours(bank).search(queries, k: most) { similarities, indices in
      for start in stride(from: 0, to: indices.count, by: most) {
        for (setting, stop) in stops.enumerated() {
          var sums = [Double](repeating: 0, count: width)
          var total = 0.0
          for place in start..<start + stop {
            // Relative to the nearest, which changes no mean and cannot overflow.
            let closeness = Double(similarities[place] - similarities[start])
            let weight = exp(closeness / options.temperature)
            total += weight
            for column in 0..<width {
              sums[column] += weight * targets[indices[place] * width + column]
            }
          }
          result[setting] += sums.map { $0 / total }
        }
      }
    }
    return result
  }

  private func squaredError(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
