import Downstream
import Foundation
import Images
import Torch

/// What linear probes read from frozen features beyond the class.
public struct FactorFindings: Codable, Sendable, Hashable {
  /// How well a factor is read.
  public enum Measure: String, Codable, Sendable {
    /// The share of test images whose level is told.
    case accuracy
    /// R² of the number over test images; of an angle or hue, the mean of those of cosine and sine.
    case r2
  }

  /// Something that differs between images.
  public struct Factor: Codable, Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// The change that makes it; `nil` for a column of `factors.csv`.
    public var made: MadeFactor?
    /// How it is judged.
    public var measure: Measure
    /// What knowing nothing gives.
    public var chance: Double
  }

  /// The factors.
  public var factors: [Factor]
  /// Of each network, how well each is read; `nil` where it cannot be fitted.
  public var readings: [[ReadFigure?]]
  /// Of each network, the changes that its training made it ignore.
  public var ignored: [[MadeFactor]]
  /// Images that probes learnt from.
  public var trainingImages: Int
  /// Images that figures come from.
  public var testImages: Int

  /// Images that are changed, at most: each is embedded once for each factor.
  private static let most = (training: 1500, test: 500)
}

extension FactorFindings {
  init(_ features: [NetworkFeatures], _ data: InspectedImages) throws {
    let training = data.sample(data.training, Self.most.training)
    let test = data.sample(data.heldOut, Self.most.test)
    let images = training + test
    let groups = data.groups(of: images)
    let split = EvaluationSplit(
      train: Array(training.indices), test: Array(training.count..<images.count))
    (factors, readings) = ([], features.map { _ in [] })
    (trainingImages, testImages) = (training.count, test.count)
    ignored = features.map { network in
      MadeFactor.allCases.filter(network.inspected.ignored.contains)
    }
    for made in MadeFactor.allCases where made != .hue || data.images.channels == 3 {
      factors.append(
        Factor(
          name: made.rawValue, made: made, measure: .accuracy, chance: 1 / Double(made.levels)))
      let levels = made.draw(images.count, seed: data.seed)
      for (index, network) in features.enumerated() {
        let changed = data.features(
          of: images, network.inspected,
          changed: { made.apply($0, levels: Array(levels[$1])) })
        readings[index].append(
          readAccuracy(
            changed, levels, split, groups: groups, classes: made.levels, seed: data.seed))
      }
    }
    if let table = try FactorTable(of: data.images) {
      // The images as they are, so that no feature need be made anew.
      let rows = Dictionary(
        uniqueKeysWithValues: features[0].images.enumerated().map { ($1, $0) })
      let kept = images.compactMap { rows[$0] }
      let known = images.filter { rows[$0] != nil }
      let split = EvaluationSplit(
        train: known.indices.filter { kept[$0] < features[0].trainingCount },
        test: known.indices.filter { kept[$0] >= features[0].trainingCount })
      for (name, column) in table.columns {
        add(
          name, column, of: known, split, features.map { $0.values.rows(Tensor(kept)) },
          data.groups(of: known), data.seed)
      }
    }
  }

  /// Reads a column of the table.
  private mutating func add(
    _ name: String, _ column: FactorTable.Column, of images: [Int], _ split: EvaluationSplit,
    _ features: [Tensor], _ groups: [Int]?, _ seed: UInt64
  ) {
    switch column {
    case .words(let words):
      let words = images.map { words[$0] }
      let values = Set(words.compactMap { $0 }).sorted()
      guard values.count > 1, values.count <= 100 else { return }
      let places = Dictionary(uniqueKeysWithValues: zip(values, values.indices))
      let levels = words.map { $0.flatMap { places[$0] } }
      let counts = split.test.compactMap { levels[$0] }
        .reduce(into: [:]) { $0[$1, default: 0] += 1 }
      let most = Double(counts.values.max() ?? 0) / Double(max(1, split.test.count))
      factors.append(Factor(name: name, measure: .accuracy, chance: most))
      for (index, features) in features.enumerated() {
        readings[index].append(
          readAccuracy(
            features, levels, split, groups: groups, classes: values.count, seed: seed))
      }
    case .numbers(let numbers):
      let numbers = images.map { numbers[$0] }
      guard Set(numbers.compactMap { $0 }).count > 1 else { return }
      factors.append(Factor(name: name, measure: .r2, chance: 0))
      let targets: [[Double?]] =
        circumference(name).map { length in
          let angles = numbers.map { $0.map { 2 * .pi * $0 / length } }
          return [angles.map { $0.map(cos) }, angles.map { $0.map(sin) }]
        } ?? [numbers]
      for (index, features) in features.enumerated() {
        readings[index].append(
          readNumbers(features, targets, split, groups: groups, seed: seed))
      }
    }
  }
}

/// The length after which a factor begins anew, by its name as ``ShapesDataset`` gives it: a hue's
/// is 1, an angle's 2π.
private func circumference(_ name: String) -> Double? {
  if name.hasSuffix("hue") { return 1 }
  return name.hasSuffix("rotation") || name.hasSuffix("direction") ? 2 * .pi : nil
}

/// How well a linear probe tells levels; `nil` where it cannot be fitted.
func readAccuracy(
  _ features: Tensor, _ levels: [Int?], _ split: EvaluationSplit, groups: [Int]? = nil,
  classes: Int, seed: UInt64
) -> ReadFigure? {
  guard
    let result = try? chapterProbe.evaluate(
      features: features, labels: levels, groups: groups, split: split, classes: classes,
      seed: seed)
  else { return nil }
  return ReadFigure(result, labels: levels, groups: groups)
}

/// The mean R² of ridge regressions of some targets; `nil` where one cannot be fitted.
func readNumbers(
  _ features: Tensor, _ targets: [[Double?]], _ split: EvaluationSplit, groups: [Int]? = nil,
  seed: UInt64
) -> ReadFigure? {
  let results = targets.compactMap { targets in
    try? RegressionProbe().evaluate(
      features: features, labels: targets, groups: groups, split: split, seed: seed)
  }
  guard let images = results.first?.testImages, results.count == targets.count else { return nil }
  let figures = results.map { RegressionFigures($0.predictions, targets: $0.truth) }
  func mean(_ weights: [Double]?) -> Double? {
    let values = figures.compactMap { $0.value(of: .r2, weights: weights) }
    return values.count == figures.count ? values.reduce(0, +) / Double(values.count) : nil
  }
  return mean(nil).map {
    ReadFigure(
      value: $0,
      interval: Bootstrap().interval(
        images: images.count, groups: groups.map { groups in images.map { groups[$0] } }, of: mean))
  }
}
