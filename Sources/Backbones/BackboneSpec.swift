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
    /// ConvNeXt with 40 channels in the first stage: timm's smallest, for processors.
    case convNeXtAtto = "convnext-atto"
    /// ConvNeXt with 48 channels in the first stage.
    case convNeXtFemto = "convnext-femto"
    /// ConvNeXt with 96 channels in the first stage: the smallest of the paper.
    case convNeXtTiny = "convnext-tiny"
    /// ViT with 96 features, 3 heads and 6 blocks: a quarter of the tiny one, for processors.
    case vitMicro = "vit-micro"
    /// ViT with 192 features, 3 heads.
    case vitTiny = "vit-tiny"
    /// ViT with 384 features, 6 heads.
    case vitSmall = "vit-small"
    /// ViT with 768 features, 12 heads.
    case vitBase = "vit-base"
    /// The small ViT of DINOv2 with patches of 14 pixels, 4 registers and layer scale: timm's
    /// `vit_small_patch14_reg4_dinov2`.
    case dinov2Small = "dinov2-small"

    /// Whether it is a transformer over patches rather than a convolutional network.
    public var isViT: Bool { VisionTransformer.plan(self) != nil }

    /// Whether it is a ConvNeXt.
    public var isConvNeXt: Bool { ConvNeXt.plan(self) != nil }
  }

  /// How a ConvNet begins.
  public enum Stem: String, Codable, CaseIterable, Sendable {
    /// ``small`` for images of at most 64 pixels, else ``standard``: at 64 the standard stem would
    /// leave the last stage 2×2 positions.
    case automatic
    /// As published for ImageNet: a 7×7 convolution of stride 2 and a 3×3 max-pool of stride 2 in a
    /// ResNet, a 4×4 convolution of stride 4 in a ConvNeXt.
    case standard
    /// A 3×3 convolution of stride 1 and no pooling, as on CIFAR, in a ResNet; a 2×2 convolution of
    /// stride 2 in a ConvNeXt. Published weights do not fit it.
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
  /// Channels of a ConvNet's first stage (64 as published for a ResNet), or a ViT's token size.
  public let width: Int
  /// How a ConvNet begins, never `automatic`; `nil` for a ViT.
  public let stem: Stem?
  /// A ViT's patch side in pixels, which divides the image size; `nil` for a ConvNet.
  public let patch: Int?
  /// What becomes a ViT's feature; `nil` for a ConvNet.
  public let pooling: Pooling?
  /// A ViT's register tokens between class token and patches (Darcet et al. 2024), `nil` for none. As
  /// in timm's DINOv2 networks, only patches have positions then.
  public let registers: Int?
  /// What a ViT's branches are multiplied by at the beginning; `nil` where they are not scaled.
  public let layerScale: Double?
  /// How often the last block of a ViT or ConvNeXt is left out in training, the others in proportion
  /// to their depth; `nil` for never.
  public let dropPath: Double?
  /// The side in pixels of the images that the network is made for.
  public let imageSize: Int
  /// Channels of the images.
  public private(set) var inputChannels: Int

  /// A network for square images of `imageSize` pixels.
  /// - Parameters:
  ///   - width: for ConvNets only; 64 by default in a ResNet, where 8 or 16 suit a processor, and as
  ///     published in a ConvNeXt.
  ///   - stem: for ConvNets only.
  ///   - patch: for ViTs only; by default the smallest divisor of the image size, from 4 on, that
  ///     makes at most 196 patches.
  ///   - pooling: for ViTs only; the class token by default.
  ///   - registers: for ViTs only, 0 to 64; none by default.
  ///   - layerScale: for ViTs only, 1e-8 to 1; none by default.
  ///   - dropPath: for ViTs and ConvNeXts only, 0 to 0.9; 0 by default.
  /// - Throws: ``BackboneError/field(_:found:allowed:suggestion:)`` if a value is out of range or
  ///   does not apply to this architecture.
  public init(
    _ architecture: Architecture, width: Int? = nil, stem: Stem? = nil, patch: Int? = nil,
    pooling: Pooling? = nil, registers: Int? = nil, layerScale: Double? = nil,
    dropPath: Double? = nil, imageSize: Int, inputChannels: Int = 3
  ) throws(BackboneError) {
    try check("size", imageSize, in: 8...4096)
    try check("channels", inputChannels, in: 1...64)
    try check("registers", registers ?? 0, in: 0...64)
    try check("layerscale", layerScale ?? 1, in: 1e-8...1)
    try check("droppath", dropPath ?? 0, in: 0...0.9)
    self.architecture = architecture
    self.imageSize = imageSize
    self.inputChannels = inputChannels
    self.dropPath = dropPath == 0 ? nil : dropPath
    func agree<Value: Equatable>(
      _ field: String, _ value: Value?, with own: Value?
    ) throws(BackboneError) {
      guard let value, value != own else { return }
      throw .field(
        field, found: "\(value)",
        allowed: "\(own.map { "\($0)" } ?? "none") for \(architecture.rawValue)")
    }
    if let plan = VisionTransformer.plan(architecture) {
      try agree("stem", stem == .automatic ? nil : stem?.rawValue, with: nil)
      try agree("width", width, with: plan.width)
      let prescribed = VisionTransformer.prescribed(architecture)
      if let prescribed {
        try agree("patch", patch, with: prescribed.patch)
        try agree("registers", registers, with: prescribed.registers)
        try agree("layerscale", layerScale, with: prescribed.layerScale)
      }
      self.width = plan.width
      self.stem = nil
      self.patch = try patchSide(patch ?? prescribed?.patch, of: imageSize)
      self.pooling = pooling ?? .classToken
      let registers = prescribed?.registers ?? registers
      self.registers = registers == 0 ? nil : registers
      self.layerScale = prescribed?.layerScale ?? layerScale
    } else {
      try agree("patch", patch, with: nil)
      try agree("pooling", pooling?.rawValue, with: nil)
      try agree("registers", registers == 0 ? nil : registers, with: nil)
      try agree("layerscale", layerScale, with: nil)
      let published = ConvNeXt.plan(architecture)?.width
      if published == nil { try agree("droppath", self.dropPath, with: nil) }
      let width = width ?? published ?? 64
      try check("width", width, in: 1...1024)
      let automatic: Stem = imageSize <= 64 ? .small : .standard
      self.width = width
      self.stem = stem == nil || stem == .automatic ? automatic : stem
      self.patch = nil
      self.pooling = nil
      self.registers = nil
      self.layerScale = nil
    }
  }

  /// The same network for images of other channels, 1 to 64.
  public func taking(channels: Int) -> BackboneSpec {
    precondition((1...64).contains(channels), "BackboneSpec: \(channels) channels")
    var spec = self
    spec.inputChannels = channels
    return spec
  }

  /// The network with random weights.
  public func make(random: RandomStream) -> Backbone {
    if architecture.isViT { return VisionTransformer(self, random: random) }
    return ConvNeXt.plan(architecture) == nil
      ? ResNet(self, random: random) : ConvNeXt(self, random: random)
  }

  /// A name for files and tables, such as `resnet18-w16-small` or `vit-tiny-p4-32`.
  public var id: String {
    var parts = [architecture.rawValue]
    if let stem { parts += ["w\(width)", stem.rawValue] }
    if let patch { parts += ["p\(patch)", "\(imageSize)"] }
    if pooling == .mean { parts.append("mean") }
    if VisionTransformer.prescribed(architecture) == nil {
      if let registers { parts.append("r\(registers)") }
      if let layerScale { parts.append("ls\(layerScale)") }
    }
    if let dropPath { parts.append("dp\(dropPath)") }
    if inputChannels != 3 { parts.append("c\(inputChannels)") }
    return parts.joined(separator: "-")
  }
}

private func check<Value: Comparable>(
  _ field: String, _ value: Value, in range: ClosedRange<Value>
) throws(BackboneError) {
  if range.contains(value) { return }
  throw .field(
    field, found: "\(value)",
    allowed: "a number from \(range.lowerBound) to \(range.upperBound)")
}

/// The patch asked for, or else the usual one, if it divides the image size.
private func patchSide(_ asked: Int?, of imageSize: Int) throws(BackboneError) -> Int {
  let patches = (2...imageSize / 2).filter { imageSize % $0 == 0 }
  let usual = patches.first { $0 >= 4 && imageSize / $0 <= 14 }
  if let patch = asked ?? usual, patches.contains(patch) { return patch }
  throw .field(
    "patch", found: asked.map { "\($0)" } ?? "none",
    allowed: patches.isEmpty
      ? "an image size that can be divided into patches, not \(imageSize)"
      : "a divisor of the image size \(imageSize): "
        + patches.map(String.init).joined(separator: ", "))
}
