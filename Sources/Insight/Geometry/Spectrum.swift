import Foundation
public import Torch

/// How features vary along each of their principal directions: the singular values of the centred
/// features.
public struct Spectrum: Codable, Sendable, Hashable {
  /// The singular values σ of the centred features, largest first: min(N, D) of them.
  public let singularValues: [Double]
  /// The number of images N.
  public let images: Int

  /// Measures `features` `[N, D]`, N at least 2. Values below 10⁻⁸ of the largest are rounding; if a
  /// feature is not finite, no value is a number.
  public init(_ features: Tensor) {
    let centred = withoutGradient { features.points.centred }
    images = centred.size(0)
    precondition(images > 1, "Spectrum: one image has no spread; give two or more")
    guard centred.isAllFinite else {
      singularValues = Array(repeating: .nan, count: min(images, centred.size(1)))
      return
    }
    // The smaller of the two Gram matrices has the squares for eigenvalues.
    let isWide = images < centred.size(1)
    let products = (isWide ? centred.transposed() : centred).columnProducts
    let squares = products.symmetricEigen().values.array(of: Double.self)
    singularValues = squares.reversed().map { Swift.max(0, $0).squareRoot() }
  }

  /// The variance along each direction, λ = σ² / (N − 1): the eigenvalues of the covariance.
  public var variances: [Double] { singularValues.map { $0 * $0 / Double(images - 1) } }

  /// The part of all variance that the first 1, 2, … directions hold, up to 1; all 0 where nothing
  /// varies.
  public var explained: [Double] {
    let total = variances.reduce(0, +)
    var sum = 0.0
    return variances.map {
      sum += $0
      return total > 0 ? sum / total : 0
    }
  }

  /// α-ReQ (Agrawal et al. 2022): the α of the power law λᵢ ∝ i^−α that the variances follow. Near 1
  /// is best by the paper; larger means that few directions matter, smaller that all matter alike.
  ///
  /// A line through log λ over log i, each i weighted by 1/i, as the paper's code fits it (after
  /// Stringer et al. 2019).
  /// - Parameter ranks: which of the variances to fit, the largest being 1; by default 4 to 100 as in
  ///   the paper's code. Cut to those above 10⁻¹⁴ of the largest.
  /// - Returns: not a number where fewer than two are left.
  public func powerLawExponent(ranks: ClosedRange<Int> = 4...100) -> Double {
    let floor = (variances.first ?? 0) * 1e-14
    let kept = variances.prefix { $0 > floor }
    let points = kept.enumerated().filter { ranks.contains($0.offset + 1) }
      .map { (rank: Double($0.offset + 1), x: log(Double($0.offset + 1)), y: log($0.element)) }
    guard points.count > 1 else { return .nan }
    let weight = points.reduce(0) { $0 + 1 / $1.rank }
    let meanX = points.reduce(0) { $0 + $1.x / $1.rank } / weight
    let meanY = points.reduce(0) { $0 + $1.y / $1.rank } / weight
    let products = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) / $1.rank }
    let squares = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) / $1.rank }
    return -products / squares
  }
}
