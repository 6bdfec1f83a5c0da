public import Torch

/// Which network: all that is needed to make it, and all that a weights file says about it.
///
/// A value is always whole and valid: what is left out follows from the rest when it is made.
public struct BackboneSpec: Hashable, Sendable, Encodable {
  /// The networks that can be made.
  public enum Architecture: String, Codable, CaseIterable, Sendable {
    /// ResNet with 18 layers.
    case resnet18
    /// ResNet with 34 layers.
    case resnet34
    /// ResNet with 50 layers in bottleneck blocks.
    case resnet50
    /// ViT with 96 features, 3 heads and 6 blocks: a quarter of the tiny one, for processors.
    case vitMicro = "vit-micro"
    /// ViT with 192 features, 3 heads.
    case vitTiny = "vit-tiny"
    /// ViT with 384 features, 6 heads.
    case vitSmall = "vit-small"
    /// ViT with 768 features, 12 heads.
    case vitBase = "vit-base"

    /// Whether it is a transformer over patches rather than a convolutional network.
    public var isViT: Bool { VisionTransformer.plan(self) != nil }
  }

  /// How a ResNet begins.
  public enum Stem: String, Codable, CaseIterable, Sendable {
    /// ``small`` for images of at most 64 pixels, else ``standard``: at 64 the standard stem would
    /// leave the last stage 2×2 positions.
    case automatic
    /// A 7×7 convolution of stride 2 and a 3×3 max-pool of stride 2, as on ImageNet.
    case standard
    /// A 3×3 convolution of stride 1 and no pooling, as on CIFAR.
    case small
  }

  /// What of a ViT's tokens becomes the feature.
  public enum Pooling: String, Codable, CaseIterable, Sendable {
    /// The class token.
    case classToken = "class"
    /// The mean of the patch tokens after the last norm. The network keeps its class token, so that
    /// weights fit either way.
    case mean
  }

  /// The network's kind and depth.
  public let architecture: Architecture
  /// Channels of a ResNet's first stage (64 as published), or a ViT's token size.
  public let width: Int
  /// How a ResNet begins, never `automatic`; `nil` for a ViT.
  public let stem: Stem?
  /// A ViT's patch side in pixels, which divides the image size; `nil` for a ResNet.
  public let patch: Int?
  /// What becomes a ViT's feature; `nil` for a ResNet.
  public let pooling: Pooling?
  /// The side in pixels of the images that the network is made for.
  public let imageSize: Int
  /// Channels of the images.
  public let inputChannels: Int

  /// A network for square images of `imageSize` pixels.
  /// - Parameters:
  ///   - width: for ResNets only; 64 by default, 8 or 16 suit a processor.
  ///   - stem: for ResNets only.
  ///   - patch: for ViTs only; by default the smallest divisor of the image size, from 4 on, that
  ///     makes at most 196 patches.
  ///   - pooling: for ViTs only; the class token by default.
  /// - Throws: ``BackboneError/field(_:found:allowed:suggestion:)`` if a value is out of range or
  ///   does not apply to this architecture.
  public init(
    _ architecture: Architecture, width: Int? = nil, stem: Stem? = nil, patch: Int? = nil,
    pooling: Pooling? = nil, imageSize: Int, inputChannels: Int = 3
  ) throws(BackboneError) {
    try check("size", imageSize, in: 8...4096)
    try check("channels", inputChannels, in: 1...64)
    self.architecture = architecture
    self.imageSize = imageSize
    self.inputChannels = inputChannels
    if let plan = VisionTransformer.plan(architecture) {
      guard stem == nil || stem == .automatic else {
        throw .field(
          "stem", found: stem?.rawValue ?? "", allowed: "none for \(architecture.rawValue)")
      }
      if let width, width != plan.width {
        throw .field(
          "width", found: "\(width)", allowed: "\(plan.width) for \(architecture.rawValue)")
      }
      let patches = (2...imageSize / 2).filter { imageSize % $0 == 0 }
      let usual = patches.first { $0 >= 4 && imageSize / $0 <= 14 }
      guard let patch = patch ?? usual, patches.contains(patch) else {
        throw .field(
          "patch", found: patch.map { "\($0)" } ?? "none",
          allowed: patches.isEmpty
            ? "an image size that can be divided into patches, not \(imageSize)"
            : "a divisor of the image size \(imageSize): \(patches.map(String.init).joined(separator: ", "))"
        )
      }
      self.width = plan.width
      self.stem = nil
      self.patch = patch
      self.pooling = pooling ?? .classToken
    } else {
      if let patch {
        throw .field("patch", found: "\(patch)", allowed: "none for \(architecture.rawValue)")
      }
      if let pooling {
        throw .field(
          "pooling", found: pooling.rawValue, allowed: "none for \(architecture.rawValue)")
      }
      try check("width", width ?? 64, in: 1...1024)
      self.width = width ?? 64
      let automatic: Stem = imageSize <= 64 ? .small : .standard
      self.stem = stem == nil || stem == .automatic ? automatic : stem
      self.patch = nil
      self.pooling = nil
    }
  }

  /// The network with random weights.
  public func make(random: RandomStream) -> Backbone {
    architecture.isViT ? VisionTransformer(self, random: random) : ResNet(self, random: random)
  }

  /// A name for files and tables, such as `resnet18-w16-small` or `vit-tiny-p4-32`.
  public var id: String {
    var parts = [architecture.rawValue]
    if let stem { parts += ["w\(width)", stem.rawValue] }
    if let patch { parts += ["p\(patch)", "\(imageSize)"] }
    if pooling == .mean { parts.append("mean") }
    if inputChannels != 3 { parts.append("c\(inputChannels)") }
    return parts.joined(separator: "-")
  }
}

private func check(
  _ field: String, _ value: Int, in range: ClosedRange<Int>
) throws(BackboneError) {
  if range.contains(value) { return }
  throw .field(
    field, found: "\(value)",
    allowed: "a number from \(range.lowerBound) to \(range.upperBound)")
}
