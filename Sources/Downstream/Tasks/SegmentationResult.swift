/// What a linear segmentation finds in test images.
public struct SegmentationResult: Codable, Sendable, Equatable {
  /// The protocol: `linear`.
  public var protocolName: String
  /// The revision of the protocol's implementation; results of different revisions do not mix.
  public var revision: Int
  /// The test images judged: the labelled ones, ascending.
  public var testImages: [Int]
  /// For each of ``testImages``, how many pixels of each class (row) were predicted as each class
  /// (column), `[K][K]`; ignored pixels are not counted.
  public var confusions: [[[Int]]]
  /// Classes without a pixel among the patches fitted; they are never predicted.
  public var absentClasses: [Int]
  /// The patches that the final fit was made on.
  public var patches: Int
  /// The chosen hyper-parameters in words, such as `λ = 0.0022`.
  public var setting: String
  /// The mean intersection over union of the chosen setting on validation images (pooled over folds
  /// where cross-validated), 0...1.
  public var validationIoU: Double

  /// The sum of ``confusions``.
  public var confusion: [[Int]] {
    guard let first = confusions.first else { return [] }
    return confusions.dropFirst().reduce(first) { sum, image in
      zip(sum, image).map { zip($0, $1).map(+) }
    }
  }

  /// The intersection over union of each class over all test pixels, 0...1; `nil` for a class that is
  /// neither shown nor predicted.
  public var classIoU: [Double?] { Metrics.classIoU(confusion: confusion) }
}

/// How many pixels of each class were predicted as each class.
struct PixelTally {
  private let classes: Int
  private var counts: [Int]

  init(classes: Int) {
    self.classes = classes
    counts = [Int](repeating: 0, count: classes * classes)
  }

  /// Counts the pixels of one image, but not those to be ignored.
  mutating func add(truth: [UInt8], predicted: [UInt8]) {
    for (label, prediction) in zip(truth, predicted) where label != PatchTargets.ignored {
      counts[Int(label) * classes + Int(prediction)] += 1
    }
  }

  /// Labels in rows, predictions in columns.
  var matrix: [[Int]] {
    (0..<classes).map { Array(counts[$0 * classes..<($0 + 1) * classes]) }
  }

  /// See ``SegmentationResult/classIoU``.
  var classIoU: [Double?] { Metrics.classIoU(confusion: matrix) }

  /// The mean over classes shown or predicted; 0 without any.
  var meanIoU: Double { Metrics.meanIoU(confusion: matrix) ?? 0 }
}
