public import Torch

/// How strongly each class is held for each image: one row an image, one column a class.
public struct ClassScores: Sendable, Equatable {
  /// Row after row, N × K.
  public let values: [Double]
  /// The number of classes, K.
  public let classes: Int

  /// The number of images, N.
  public var count: Int { values.count / classes }

  /// Scores row after row, N × `classes`. Traps if they do not fill whole rows, or one is not
  /// finite.
  public init(_ values: [Double], classes: Int) {
    precondition(
      classes > 0 && values.count % classes == 0 && values.allSatisfy(\.isFinite),
      "ClassScores: \(values.count) numbers, each finite, in rows of \(classes)")
    self.values = values
    self.classes = classes
  }

  /// The scores in a tensor `[N, K]`, of any floating type on any device. Traps as
  /// ``init(_:classes:)``.
  public init(_ scores: Tensor) {
    precondition(scores.rank == 2, "ClassScores: [N, K] is expected, not \(scores.shape)")
    self.init(scores.to(.cpu).to(.float64).array(of: Double.self), classes: scores.size(1))
  }

  /// The score of each class for image number `image`.
  public subscript(image: Int) -> ArraySlice<Double> {
    values[image * classes..<(image + 1) * classes]
  }

  /// The class with the largest score of each image, the lowest among equals.
  public var predictions: [Int] { (0..<count).map { self[$0].placeOfLargest } }
}

extension Collection<Double> {
  /// How far from the start the largest element is, the first among equals; 0 if there is none.
  var placeOfLargest: Int {
    var (best, place) = (-Double.infinity, 0)
    for (offset, value) in enumerated() where value > best { (best, place) = (value, offset) }
    return place
  }
}
