@testable import Downstream

/// Scores by a generator, the same here and in Benchmarks/python/sklearn_metrics.py.
struct MetricCase {
  var labels: [Int] = []
  var rows: [[Double]] = []
  /// Which labels each image of the multi-label problem has.
  var flags: [[Bool]] = []
  /// 0, 1, 2 or 3.
  var weights: [Double] = []

  var scores: ClassScores { ClassScores(rows.flatMap { $0 }, classes: rows[0].count) }

  /// One class an image; scores are probabilities.
  static func classification(_ problem: MetricReference.Case) -> MetricCase {
    let (seed, images, classes, levels, absent) = problem
    var draw = Congruential(state: seed)
    var result = MetricCase()
    for _ in 0..<images {
      let uniform = draw()
      var label = Int(uniform * uniform * Double(classes))
      if label == absent { label = 0 }
      let row = (0..<classes).map { k in
        (draw() * Double(levels)).rounded(.down) + 1 + (k == label ? Double(levels / 2) : 0)
      }
      let total = row.reduce(0, +)
      result.labels.append(label)
      result.rows.append(row.map { $0 / total })
      result.weights.append((draw() * 4).rounded(.down))
    }
    return result
  }

  /// Any number of labels an image.
  static func multiLabel(_ problem: MetricReference.Case) -> MetricCase {
    let (seed, images, classes, levels, absent) = problem
    var draw = Congruential(state: seed)
    var result = MetricCase()
    for _ in 0..<images {
      let flags = (0..<classes).map { k in draw() < 0.3 && k != absent }
      result.flags.append(flags)
      result.rows.append(
        flags.map { flag in
          ((draw() * Double(levels)).rounded(.down) + (flag ? 2 : 0)) / Double(levels)
        })
      result.weights.append((draw() * 4).rounded(.down))
    }
    return result
  }

  /// The metrics of a task on these scores.
  func figures(_ task: MetricReference.Task) -> any TestFigures {
    switch task {
    case .classification: ClassificationFigures(scores, labels: labels)
    case .multiLabel: MultiLabelFigures(scores, truth: flags.flatMap { $0 })
    case .segmentation:
      // Each image is of one pixel.
      SegmentationFigures(
        zip(scores.predictions, labels).map {
          Metrics.confusionMatrix([$0], [$1], classes: scores.classes)
        })
    case .regression:
      RegressionFigures(
        rows.map { row in row.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } },
        targets: labels.map(Double.init))
    }
  }

  static func of(_ reference: MetricReference) -> MetricCase {
    reference.task == .multiLabel
      ? multiLabel(reference.problem) : classification(reference.problem)
  }

  /// The images at `places`.
  func picked(_ places: [Int]) -> MetricCase {
    MetricCase(
      labels: labels.isEmpty ? [] : places.map { labels[$0] }, rows: places.map { rows[$0] },
      flags: flags.isEmpty ? [] : places.map { flags[$0] }, weights: places.map { weights[$0] })
  }
}

/// Knuth's 64-bit linear congruential generator; numbers in 0..<1 from its upper 31 bits.
private struct Congruential {
  var state: UInt64
  mutating func callAsFunction() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 33) / Double(1 << 31)
  }
}
