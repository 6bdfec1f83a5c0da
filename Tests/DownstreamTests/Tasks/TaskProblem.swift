import Foundation
import Torch

@testable import Downstream

/// Tags and numbers for the images of a ``ReferenceProblem``, by formula, the same here and where the
/// reference figures were made.
struct TaskProblem {
  let base: ReferenceProblem
  let tags: [[Int]]
  let numbers: [Double]

  /// One tag a class and one more.
  var classes: Int { base.classes + 1 }
  var features: Tensor { base.features }
  var split: EvaluationSplit { base.split }
  var trainCount: Int { base.train.labels.count }

  static var tall: TaskProblem { TaskProblem(.tall) }
  static var wide: TaskProblem { TaskProblem(.wide) }

  init(named name: String) { self.init(ReferenceProblem(named: name)) }

  /// An image has its class for a tag, and any other tag with a chance of 0.2; its number rises by 3 a
  /// class, with even noise of 4.
  private init(_ base: ReferenceProblem) {
    self.base = base
    var tags: [[Int]] = []
    var numbers: [Double] = []
    for (labels, salt) in [(base.train.labels, 1.0), (base.test.labels, 5)] {
      for (i, label) in labels.enumerated() {
        let i = Double(i)
        tags.append(
          (0...base.classes).filter {
            $0 == label || ReferenceProblem.noise(i, 2000 + Double($0), salt) < 0.2
          })
        numbers.append(100 + 3 * Double(label) + 4 * ReferenceProblem.noise(i, 3000, salt))
      }
    }
    (self.tags, self.numbers) = (tags, numbers)
  }
}
