public import Torch

/// The mean IoU of segmentation, from how often each class received each prediction in each image.
public struct SegmentationFigures: TestFigures {
  private let confusions: [[[Int]]]
  private let classes: Int

  /// The number of test images.
  public var count: Int { confusions.count }
  /// N × K².
  public var cost: Int { count * classes * classes }

  /// Takes, for each image, its pixels by class (row) and prediction (column), K × K. Traps if they
  /// are not all of one size.
  public init(_ confusions: [[[Int]]]) {
    let classes = confusions.first?.count ?? 0
    precondition(
      confusions.allSatisfy { $0.count == classes && $0.allSatisfy { $0.count == classes } },
      "SegmentationFigures: a matrix of \(classes) × \(classes) is expected for each image")
    self.confusions = confusions
    self.classes = classes
  }

  /// Mean IoU of all images' pixels together; see ``TestFigures``.
  public func values(weights: [Double]? = nil) -> [Metric: Double] {
    var sum = [[Double]](repeating: [Double](repeating: 0, count: classes), count: classes)
    for (weight, confusion) in zip(checked(weights), confusions) where weight > 0 {
      for row in 0..<classes {
        for column in 0..<classes { sum[row][column] += weight * Double(confusion[row][column]) }
      }
    }
    return Metrics.meanIoU(sum).map { [.meanIoU: $0] } ?? [:]
  }
}

extension SegmentationFigures {
  /// How often pixels of each class (row) of an image get the largest score of each (column), K × K.
  /// - Parameters:
  ///   - scores: of the parts of the image, `[K, h, w]`; enlarged bilinearly to the mask.
  ///   - mask: the class of each pixel, `uint8` `[H, W]`; 255 for those that are not counted.
  public static func confusion(scores: Tensor, mask: Tensor) -> [[Int]] {
    let enlarged = scores.to(.float32).unsqueezed(0)
      .resized(height: mask.size(0), width: mask.size(1))
    var tally = PixelTally(classes: scores.size(0))
    tally.add(
      truth: mask.contiguous().bytes,
      predicted: enlarged.argmax(along: 1).to(.uint8).to(.cpu).contiguous().bytes)
    return tally.matrix
  }
}
