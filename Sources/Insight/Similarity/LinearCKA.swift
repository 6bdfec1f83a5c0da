public import Torch

/// Linear centred kernel alignment: how alike two networks see the same images, from 0 to 1,
/// whatever rotation and scale lie between their features (Kornblith et al. 2019, eq. 3).
///
/// CKA = HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)) with the Gram matrices K = XXᵀ and L = YYᵀ. The biased
/// HSIC is 1 for unlike features of many dimensions and few images; the unbiased one (Song et al. 2012,
/// eq. 5) is about 0 there and may be a little below. Batches of images may be added one by one: their
/// HSICs are summed before the division (Nguyen et al. 2021, eq. 2-3), which is the same as all at once
/// in expectation if unbiased. Costs N·D² and no N×N matrix where D is less than N.
public struct LinearCKA {
  /// Whether HSIC is estimated without bias.
  public let isUnbiased: Bool
  private var cross = 0.0
  private var first = 0.0
  private var second = 0.0

  /// Nothing compared yet.
  public init(unbiased: Bool = true) { isUnbiased = unbiased }

  /// Adds images' features in one network, `[N, D]`, and the other, `[N, D′]`. N is at least 4 if
  /// unbiased, else 2.
  public mutating func add(_ features: Tensor, _ others: Tensor) {
    precondition(
      features.size(0) == others.size(0) && features.size(0) >= (isUnbiased ? 4 : 2),
      "LinearCKA: \(features.shape) and \(others.shape) are not the same 4 images or more")
    withoutGradient {
      let x = features.points.centred
      let y = others.points.centred
      cross += independence(x, y)
      first += independence(x, x)
      second += independence(y, y)
    }
  }

  /// The alignment of all images added; not a number if there are none, or one network sees all
  /// alike.
  public var value: Double { cross / (first * second).squareRoot() }

  /// HSIC of the linear kernels of centred points, up to a factor that cancels.
  private func independence(_ x: Tensor, _ y: Tensor) -> Double {
    if isUnbiased { return UnbiasedHSIC(x, y).value }
    // tr(KL) = ‖XᵀY‖²: by features or by images, whichever are fewer.
    let wide = min(x.size(1), y.size(1)) > x.size(0)
    return wide
      ? (x.linear(x) * y.linear(y)).sum().scalar : x.transposed().matmul(y).square().sum().scalar
  }
}

/// ``LinearCKA`` of features `[N, D]` and `[N, D′]` of the same images, all at once.
public func linearCKA(_ features: Tensor, _ others: Tensor, unbiased: Bool = true) -> Double {
  var alignment = LinearCKA(unbiased: unbiased)
  alignment.add(features, others)
  return alignment.value
}
