public import Torch

/// A fitted segmentation: tells the class of every pixel from features of patches.
public struct PatchClassifier {
  private let fit: LinearClassifier

  init(_ fit: LinearClassifier) { self.fit = fit }

  /// The class of every pixel of an image, `uint8` `[height, width]`: the linear classifier's scores
  /// of the patches, enlarged bilinearly to the size asked for, and the largest at each pixel.
  /// - Parameters:
  ///   - image: which of the N images of `features`; labelled or not.
  ///   - features: of the backbone, stage and image size that the classifier was fitted by.
  public func classMap(
    of image: Int, in features: PatchFeatures, height: Int, width: Int
  ) -> Tensor {
    PatchClassifier.classMaps(
      of: image, in: features, by: [fit], height: height, width: width)[0]
  }

  /// The same by each of several fits of one set of patches, `uint8` `[F, height, width]`.
  static func classMaps(
    of image: Int, in features: PatchFeatures, by fits: [LinearClassifier], height: Int, width: Int
  ) -> Tensor {
    let present = fits[0].present
    let places = features.places(of: image)
    let scores = concatenated(fits.map { $0.scores(of: places).to(.float32) }, along: 1)
      .transposed().reshaped(fits.count, present.count, features.height, features.width)
    let columns = scores.resized(height: height, width: width).argmax(along: 1)
    return Tensor(present).to(columns.device).rows(columns.reshaped(-1))
      .reshaped(fits.count, height, width).to(.uint8).to(.cpu)
  }
}
