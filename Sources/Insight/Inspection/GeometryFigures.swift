import Augment
import Backbones
import Torch

/// How a network's features lie in space.
public struct GeometryFigures: Codable, Sendable, Hashable {
  /// Of the training images' features; see ``effectiveRank(_:)``.
  public var effectiveRank: Double
  /// Of the held-out images' features.
  public var heldOutRank: Double
  /// α-ReQ of the training images' features; `nil` where too few directions vary.
  public var powerLawExponent: Double?
  /// LiDAR of augmented views; see ``lidar(_:delta:)``.
  public var lidar: Double
  /// Of two augmented views of each image; see ``alignment(_:_:power:)``.
  public var alignment: Double
  /// Of the images that ``alignment`` is of; see ``uniformity(_:sharpness:)``.
  public var uniformity: Double
  /// The mean of ``dimensionDeviations(_:)`` of the training images' features.
  public var deviation: Double
  /// How the training images' features vary.
  public var spectrum: Spectrum
  /// How the held-out images' features vary.
  public var heldOutSpectrum: Spectrum
  /// How figures went over training, where that is known.
  public var history: TrainingHistory?

  /// Views of each image for LiDAR, as its paper advises.
  public static let views = 10
  /// Images that views are made of, at most.
  static let viewedImages = 500
}

extension GeometryFigures {
  init(_ features: NetworkFeatures, _ data: InspectedImages) {
    let views = Self.viewFeatures(features.inspected, data)
    let training = features.training
    effectiveRank = Insight.effectiveRank(training)
    heldOutRank = Insight.effectiveRank(features.heldOut)
    spectrum = Spectrum(training)
    heldOutSpectrum = Spectrum(features.heldOut)
    let exponent = spectrum.powerLawExponent()
    powerLawExponent = exponent.isFinite ? exponent : nil
    lidar = Insight.lidar(views)
    alignment = Insight.alignment(
      views.selected(0, along: 1), views.selected(1, along: 1))
    uniformity = Insight.uniformity(views.selected(0, along: 1))
    deviation = dimensionDeviations(training).mean().scalar
    history = features.inspected.history
  }

  /// SimCLR's views of training images, the same for every network: `[images, views, D]`.
  private static func viewFeatures(_ inspected: InspectedNetwork, _ data: InspectedImages) -> Tensor
  {
    let images = data.sample(data.training, viewedImages)
    let recipe: Augmentation = inspected.imageSize <= 64 ? .simCLRForSmallImages : .simCLR()
    let augmenter = Augmenter(
      store: data.store, plan: .several(views, size: inspected.imageSize, recipe), seed: data.seed)
    let batch = 50
    return withoutGradient {
      let parts = stride(from: 0, to: images.count, by: batch).map { start in
        let views = augmenter.views(
          of: Array(images[start..<min(images.count, start + batch)]), step: start)
        let found = withAutocast(data.precision, on: data.store.device) {
          inspected.network(concatenated(views.images))
        }
        return found.to(.float32).to(.cpu)
          .reshaped(views.images.count, -1, inspected.network.features).transposed(0, 1)
      }
      return concatenated(parts)
    }
  }
}
