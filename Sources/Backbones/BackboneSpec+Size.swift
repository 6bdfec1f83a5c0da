extension BackboneSpec {
  /// The size of the pooled feature.
  public var featureCount: Int {
    if let plan = ConvNeXt.plan(architecture) { return width << (plan.depths.count - 1) }
    guard let plan = ResNet.plan(architecture) else { return width }
    return (width << (plan.blocks.count - 1)) * plan.block.expansion
  }

  /// Trainable numbers in the network.
  public var parameterCount: Int {
    if let plan = VisionTransformer.plan(architecture), let patch {
      let (d, side) = (width, imageSize / patch)
      let block = 12 * d * d + 13 * d + (layerScale == nil ? 0 : 2 * d)
      // Class token and its position, or class token and registers.
      let prefix = registers.map { 1 + $0 } ?? 2
      let embedding = d * inputChannels * patch * patch + d + d * (prefix + side * side)
      return plan.depth * block + embedding + 2 * d
    }
    if let plan = ConvNeXt.plan(architecture) {
      let patch = ConvNeXt.stemPatch(self)
      var total = width * (inputChannels * patch * patch + 3)
      for (stage, depth) in plan.depths.enumerated() {
        let d = width << stage
        if stage > 0 { total += 4 * d * d / 2 + d + d }
        total += depth * (8 * d * d + 58 * d)
      }
      return total + 2 * (width << 3)
    }
    guard let plan = ResNet.plan(architecture) else { return 0 }
    let expansion = plan.block.expansion
    /// A convolution without bias, and the norm after it.
    func unit(_ inputs: Int, _ outputs: Int, _ kernel: Int) -> Int {
      inputs * outputs * kernel * kernel + 2 * outputs
    }
    var total = unit(inputChannels, width, stem == .small ? 3 : 7)
    var inputs = width
    for (stage, count) in plan.blocks.enumerated() {
      let channels = width << stage
      let outputs = channels * expansion
      for index in 0..<count {
        if expansion == 1 {
          total += unit(inputs, channels, 3) + unit(channels, channels, 3)
        } else {
          total += unit(inputs, channels, 1) + unit(channels, channels, 3)
          total += unit(channels, outputs, 1)
        }
        if index == 0, stage > 0 || inputs != outputs { total += unit(inputs, outputs, 1) }
        inputs = outputs
      }
    }
    return total
  }

  /// Pixels along a side of the image for one place of the last feature map, or for one patch.
  public var reduction: Int {
    if let patch { return patch }
    if ConvNeXt.plan(architecture) != nil { return 8 * ConvNeXt.stemPatch(self) }
    return stem == .small ? 8 : 32
  }

  /// Places along a side of the last feature map, or patches, of images of `size` pixels: convolutions
  /// of a ResNet reach over the edge, those of a ConvNeXt and patches do not.
  public func places(along size: Int) -> Int { places(along: size, stage: ConvNet.stageCount) }

  /// The same after stage 1, 2, 3 or 4 of a ConvNet; a ViT's patches, whatever the stage.
  public func places(along size: Int, stage: Int) -> Int {
    let pixels = patch ?? reduction >> (ConvNet.stageCount - stage)
    return ResNet.plan(architecture) == nil
      ? max(size, reduction) / pixels : (size + pixels - 1) / pixels
  }

  /// Channels of a ConvNet's map after stage 1, 2, 3 or 4.
  public func channels(afterStage stage: Int) -> Int {
    featureCount >> (ConvNet.stageCount - stage)
  }

  /// Fewer places a side than this draw no border.
  private static let fewestPlaces = 16

  /// The stage by whose map images of `size` pixels are segmented: the last with at least 16 places a
  /// side, or else the first; `nil` for a ViT, whose patches are all there is.
  public func segmentingStage(at size: Int) -> Int? {
    if architecture.isViT { return nil }
    return (1...ConvNet.stageCount).last { places(along: size, stage: $0) >= Self.fewestPlaces }
      ?? 1
  }
}
