import Foundation
import Torch

@testable import Downstream

/// Features and labels by formula, the same here and where the reference figures were made.
struct ReferenceProblem {
  let classes: Int
  let train: (features: Tensor, labels: [Int])
  let test: (features: Tensor, labels: [Int])

  static var tall: ReferenceProblem {
    ReferenceProblem(train: 600, test: 400, dimensions: 24, classes: 4, 0.35)
  }
  static var wide: ReferenceProblem {
    ReferenceProblem(train: 60, test: 400, dimensions: 96, classes: 3, 0.35)
  }
  static var many: ReferenceProblem {
    ReferenceProblem(train: 900, test: 500, dimensions: 40, classes: 10, 0.6)
  }

  init(train: Int, test: Int, dimensions: Int, classes: Int, _ signal: Double) {
    self.classes = classes
    self.train = ReferenceProblem.draw(train, dimensions, classes, signal, salt: 1)
    self.test = ReferenceProblem.draw(test, dimensions, classes, signal, salt: 5)
  }

  init(named name: String) {
    switch name {
    case "tall": self = .tall
    case "wide": self = .wide
    default: self = .many
    }
  }

  /// Scattered numbers in 0..<1: fract(sin(12.9898 (i+1) + 78.233 (j+1) + 37.719 salt) · 43758.5453).
  static func noise(_ i: Double, _ j: Double, _ salt: Double) -> Double {
    let value = sin(12.9898 * (i + 1) + 78.233 * (j + 1) + 37.719 * salt) * 43758.5453
    return value - value.rounded(.down)
  }

  /// Class centres of sines, bell-shaped noise, and a different spread and mean in each dimension.
  static func draw(
    _ count: Int, _ dimensions: Int, _ classes: Int, _ signal: Double, salt: Double
  ) -> (features: Tensor, labels: [Int]) {
    let labels = (0..<count).map {
      Int((pow(noise(Double($0), 1000, salt), 1.5) * Double(classes)).rounded(.down))
    }
    var values: [Float] = []
    for (i, label) in labels.enumerated() {
      for j in 0..<dimensions {
        let (i, j) = (Double(i), Double(j))
        let centre = sin(1.7 * (Double(label) + 1) * (j + 1) + 0.3)
        let bell = noise(i, j, salt) + noise(i, j, salt + 1) + noise(i, j, salt + 2) - 1.5
        let value = signal * centre + bell * 2
        values.append(Float(value * (1 + 0.5 * j.truncatingRemainder(dividingBy: 5)) + 0.2 * j))
      }
    }
    return (Tensor(values, shape: [count, dimensions]), labels)
  }

  /// Both parts in one matrix, test images last.
  var features: Tensor { concatenated([train.features, test.features]) }
  var labels: [Int] { train.labels + test.labels }
  var split: EvaluationSplit {
    EvaluationSplit(
      train: Array(0..<train.labels.count), test: Array(train.labels.count..<labels.count))
  }

  func evaluate(_ probe: any FeatureProbe, seed: UInt64 = 0) throws -> ProtocolResult {
    try probe.evaluate(
      features: features, labels: labels, split: split, classes: classes, seed: seed)
  }
}
