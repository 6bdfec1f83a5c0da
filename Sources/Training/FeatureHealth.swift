import Insight
public import Torch

/// What features look like as a set: the signs of collapse, watched while a method trains and shown
/// beside its accuracy.
public struct FeatureHealth: Codable, Sendable, Hashable {
  /// ``effectiveRank(_:)``: how many directions the features use.
  public var rank: Double
  /// The deviation of each dimension of the unit vectors, averaged, times √D: 1 where they fill the
  /// sphere, 0 where all are alike (Chen and He 2021, section 4.1).
  public var deviation: Double
  /// log of the mean of exp(−2‖x − y‖²) over pairs of images: 0 where all are alike, down to −4 where
  /// they fill the sphere (Wang and Isola 2020, eq. 2).
  public var uniformity: Double
  /// The mean of ‖x − x⁺‖² over two views of an image: 0 where they agree (Wang and Isola 2020,
  /// eq. 1); `nil` for methods of one view.
  public var alignment: Double?

  /// Measures features.
  /// - Parameters:
  ///   - features: `[N, D]`.
  ///   - partners: features of other views of the same images.
  public init(_ features: Tensor, partners: Tensor? = nil) {
    rank = effectiveRank(features)
    deviation = withoutGradient { dimensionDeviations(features).mean().scalar }
    uniformity = Insight.uniformity(features)
    alignment = partners.map { Insight.alignment(features, $0) }
  }

  /// Below this deviation features differ by little more than the rounding of bf16.
  public static let leastDeviation = 0.02
  /// Below this rank they lie on a line.
  public static let leastRank = 1.5

  /// Whether the features say the same of every image, or nearly so.
  public var isCollapsed: Bool {
    deviation < FeatureHealth.leastDeviation || rank < FeatureHealth.leastRank
  }
}
