public import Augment
public import Torch

/// The baseline without a network: images as raw pixels, projected on their principal components,
/// as features for the ordinary probes.
///
/// An image is shown as a network would see it (`DeviceStore.evaluationBatch`: the centred square,
/// reduced with antialiasing, normalised), at most 32 × 32 pixels. Mean and components come from the
/// training images alone. To fit 5,000 images of 32 × 32 in colour takes 8 s of one core.
public struct PixelFeatures {
  /// Pixels of the square's side, at most.
  public static let largestSide = 32
  /// Components kept, at most.
  public static let mostComponents = 256
  /// Images that the components are fitted on, at most: more change them little.
  static let mostFitted = 10_000

  private let store: DeviceStore
  private let side: Int
  /// `[1, P]`.
  private let mean: Tensor
  /// Orthonormal columns, largest variance first, `[P, D]`.
  private let directions: Tensor

  /// The number of features, D: ``mostComponents``, or as many as the training images span.
  public var dimensions: Int { directions.size(1) }

  /// Fits the components.
  /// - Parameters:
  ///   - store: the images. Its channel statistics scale the pixels, so that they too should be of
  ///     training images.
  ///   - training: the images to fit on, never test images; of more than 10,000, evenly spread ones
  ///     count.
  /// - Throws: ``ProbeError/noLabels(part:)`` without a training image.
  public init(_ store: DeviceStore, training: [Int]) throws(ProbeError) {
    guard !training.isEmpty else { throw .noLabels(part: "training") }
    self.store = store
    let side = min(PixelFeatures.largestSide, store.height, store.width)
    self.side = side
    let images = training.sorted()
    let fitted = min(images.count, PixelFeatures.mostFitted)
    let pixels = store.pixels(
      of: (0..<fitted).map { images[$0 * images.count / fitted] }, side: side)
    let mean = pixels.mean(over: 0, keepingAxes: true)
    self.mean = mean
    let basis = PrincipalBasis(pixels - mean).directions
    // The basis has the largest last.
    let rank = basis.size(1)
    let kept = max(0, rank - PixelFeatures.mostComponents)..<rank
    directions = basis.sliced(kept, along: 1).flipped(1).contiguous()
  }

  /// The features of some images, at least one: `float32` `[count, D]` on the processor.
  public func features(of indices: [Int]) -> Tensor {
    store.features(of: indices, imageSize: side, precision: nil) {
      ($0.flattened(from: 1) - mean.to($0.device)).matmul(directions.to($0.device))
    }
  }
}

extension DeviceStore {
  /// The pixels of some images in rows, `float32` `[count, channels · side²]` on the processor.
  fileprivate func pixels(of indices: [Int], side: Int) -> Tensor {
    features(of: indices, imageSize: side, precision: nil) { $0.flattened(from: 1) }
  }
}
