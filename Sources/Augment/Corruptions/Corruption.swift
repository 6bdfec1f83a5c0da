public import Torch

/// A common corruption of images, in five severities: what a network trained on clean images meets
/// in use.
///
/// After Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
/// Perturbations" (ICLR 2019), without the weather (snow, frost, fog), which is of outdoor
/// photographs only, and without glass blur, which swaps pixels one after the other. The strengths
/// are those of the authors' code for CIFAR-10-C at 32 pixels and for ImageNet-C at 224, and
/// interpolated between in the logarithm of the shorter side. Differences from that code are said
/// where they are; in all, ImageNet-C was stored as JPEG of quality 85 on top, and this is not.
public enum Corruption: String, Codable, Sendable, CaseIterable {
  /// Normal noise on every value.
  case gaussianNoise = "gaussian-noise"
  /// Poisson noise: few photons.
  case shotNoise = "shot-noise"
  /// Single values turned black or white.
  case impulseNoise = "impulse-noise"
  /// A lens out of focus: a disk.
  case defocusBlur = "defocus-blur"
  /// A Gaussian; one of the four extra corruptions of the paper.
  case gaussianBlur = "gaussian-blur"
  /// A camera that moves to one side.
  case motionBlur = "motion-blur"
  /// A camera that moves towards the centre.
  case zoomBlur = "zoom-blur"
  /// Too much light.
  case brightness
  /// Too little contrast.
  case contrast
  /// Parts of the image moved, in the large and in the small.
  case elasticTransform = "elastic-transform"
  /// Few pixels.
  case pixelate
  /// Few bytes.
  case jpegCompression = "jpeg-compression"

  /// What a corruption does to an image, in the paper's terms.
  public enum Group: String, Codable, Sendable, CaseIterable {
    /// Noise of the sensor.
    case noise
    /// Blur of the lens or of movement.
    case blur
    /// Light, contrast, geometry and storage. The paper puts brightness with the weather.
    case digital
  }

  /// The severities, from mild to strong.
  public static let severities = 1...5

  /// Where corruptions and their strengths come from.
  public static let source = """
    Hendrycks and Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and \
    Perturbations, ICLR 2019
    """

  /// The name in tables: `Gaussian noise`.
  public var title: String {
    switch self {
    case .gaussianNoise: "Gaussian noise"
    case .shotNoise: "Shot noise"
    case .impulseNoise: "Impulse noise"
    case .defocusBlur: "Defocus blur"
    case .gaussianBlur: "Gaussian blur"
    case .motionBlur: "Motion blur"
    case .zoomBlur: "Zoom blur"
    case .brightness: "Brightness"
    case .contrast: "Contrast"
    case .elasticTransform: "Elastic transform"
    case .pixelate: "Pixelate"
    case .jpegCompression: "JPEG compression"
    }
  }

  /// What the corruption does to an image.
  public var group: Group {
    switch self {
    case .gaussianNoise, .shotNoise, .impulseNoise: .noise
    case .defocusBlur, .gaussianBlur, .motionBlur, .zoomBlur: .blur
    case .brightness, .contrast, .elasticTransform, .pixelate, .jpegCompression: .digital
    }
  }

  /// Corrupts images, each in its own way and always in the same.
  ///
  /// What is random comes from a stream of (seed, corruption, severity, image), so that it does not
  /// depend on the batch an image is in, its place there, or the method that is judged. Values are
  /// rounded to 8 bits before and after, as images are stored; the published sets round down, which
  /// darkens them by half a level.
  /// - Parameters:
  ///   - images: `float32` `[B, C, H, W]` in 0...1, not normalised, on any device.
  ///   - severity: one of ``severities``.
  ///   - indices: which image of its store each of the B is.
  ///   - seed: decides the noise.
  /// - Returns: images of the same shape, in 0...1. Traps on other shapes or severities.
  public func apply(to images: Tensor, severity: Int, indices: [Int], seed: UInt64) -> Tensor {
    changedLevels(images * 255, severity: severity, indices: indices, seed: seed) / 255
  }

  /// ``apply(to:severity:indices:seed:)`` on grey levels 0...255, which come back whole.
  func changedLevels(_ levels: Tensor, severity: Int, indices: [Int], seed: UInt64) -> Tensor {
    let shape = levels.shape
    precondition(
      shape.count == 4 && shape[0] == indices.count,
      "Corruption: [\(indices.count), C, H, W] is expected, not \(levels)")
    precondition(
      Corruption.severities.contains(severity),
      "Corruption: severity \(severity) is not in 1...5")
    let strength = Strength(severity: severity, height: shape[2], width: shape[3])
    // A few images at a time stay in the processor's cache.
    let share = (1 << 18) / Swift.max(1, shape[1] * shape[2] * shape[3])
    let part = levels.device.isCPU ? Swift.max(1, share) : Swift.max(1, indices.count)
    let parts = stride(from: 0, to: indices.count, by: part).map { start in
      let range = start..<Swift.min(indices.count, start + part)
      let streams = indices[range].lazy.map {
        RandomStream(seed: seed, "corruption.\(rawValue).\(severity)", $0)
      }
      let clean = Corruption.rounded(levels[range].to(.float32)).contiguous()
      return Corruption.rounded(changed(clean, strength, streams))
    }
    return parts.count == 1 ? parts[0] : concatenated(parts)
  }

  private func changed(
    _ levels: Tensor, _ strength: Strength, _ streams: some Sequence<RandomStream>
  ) -> Tensor {
    switch self {
    case .gaussianNoise: SensorNoise.gaussian(levels, strength, streams)
    case .shotNoise: SensorNoise.shot(levels, strength, streams)
    case .impulseNoise: SensorNoise.impulse(levels, strength, streams)
    case .defocusBlur: LensBlur.defocus(levels, strength)
    case .gaussianBlur: LensBlur.gaussian(levels, strength)
    case .motionBlur: MotionBlur.apply(levels, strength, streams)
    case .zoomBlur: ZoomBlur.apply(levels, strength)
    case .brightness: Exposure.brightness(levels, strength)
    case .contrast: Exposure.contrast(levels, strength)
    case .elasticTransform: ElasticTransform.apply(levels, strength, streams)
    case .pixelate: Pixelation.apply(levels, strength)
    case .jpegCompression: JPEGCompression.apply(levels, quality: JPEGCompression.quality(strength))
    }
  }

  /// Whole levels in 0...255, halves up.
  static func rounded(_ levels: Tensor) -> Tensor {
    (levels + 0.5).floor().clamped(from: 0, to: 255)
  }
}
