import Foundation

/// How strong a corruption is at one severity for images of one size.
///
/// The authors publish strengths for 32 pixels (CIFAR-10-C, `make_cifar_c.py`) and for 224
/// (ImageNet-C, `make_imagenet_c.py`); all tables here were compared with that code. Between the two
/// sizes (of the shorter side), strengths are interpolated in the logarithm of the size: a blur that
/// leaves a photograph of 224 pixels recognisable would leave nothing of one of 64, and a switch
/// from one table to the other would make one pixel of size decide a study. Smaller images take the
/// strengths of 32 pixels; larger ones take those of 224, lengths in pixels in proportion.
struct Strength {
  /// 1...5.
  let severity: Int
  /// Rows of the images.
  let height: Int
  /// Columns of the images.
  let width: Int

  /// The shorter side in pixels.
  var side: Int { Swift.min(height, width) }

  /// A strength without a unit, from what it is for 32 and for 224 pixels at each severity.
  func callAsFunction(_ small: [Double], _ large: [Double]) -> Double {
    let place = log(Double(side) / 32) / log(7.0)
    let share = Swift.min(1, Swift.max(0, place))
    return small[severity - 1] + share * (large[severity - 1] - small[severity - 1])
  }

  /// A length in pixels.
  func pixels(_ small: [Double], _ large: [Double]) -> Double {
    self(small, large) * Swift.max(1, Double(side) / 224)
  }
}
